import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ownDataDir = fileURLToPath(new URL('../../.runyard/quickstart', import.meta.url));

export interface Arguments {
  serve: boolean;
  port: number;
  /** Where everything is kept, absolute. */
  dataDir: string;
  /** The reader's own job, where all three are given. */
  own: { repo: string; ref: string | undefined; command: string } | null;
}

export const usage = `Runs a job from git, by HTTP and on a schedule.

  --serve                 leave the host up and print the curl lines
  --port N                listen there (default: any free port)
  --data-dir DIR          keep everything there (default: .runyard/quickstart of this checkout)
  --repo URL              your own repository (needs --command)
  --ref REF               its branch, tag or commit (default: its default branch)
  --command CMD           what to run in it
`;

/** Throws with a sentence where the arguments do not fit. */
export const readArguments = (argv: readonly string[]): Arguments | 'help' => {
  const { values } = parseArgs({
    // pnpm hands over the `--` that some people type.
    args: argv.filter((arg) => arg !== '--'),
    options: {
      serve: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      'data-dir': { type: 'string', default: ownDataDir },
      repo: { type: 'string' },
      ref: { type: 'string' },
      command: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  if ((values.repo === undefined) !== (values.command === undefined))
    throw new Error('--repo and --command belong together: give both, or neither.');
  if (!/^\d{1,5}$/.test(values.port)) throw new Error(`--port must be a number, not '${values.port}'.`);
  const own =
    values.repo !== undefined && values.command !== undefined
      ? { repo: values.repo, ref: values.ref, command: values.command }
      : null;
  return { serve: values.serve, port: Number(values.port), dataDir: resolve(values['data-dir']), own };
};

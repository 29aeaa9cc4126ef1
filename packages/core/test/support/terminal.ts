import { runCli } from '../../src/cli/run-cli.ts';

/** What a call of `runyard` said, and how it ended. */
export interface Said {
  exit: number;
  out: string;
  err: string;
}

export const runyard = async (...argv: string[]): Promise<Said> => {
  const said = { out: '', err: '' };
  const exit = await runCli(argv, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    cwd: '/',
    now: () => Date.now(),
  });
  return { exit, ...said };
};

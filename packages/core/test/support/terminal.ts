import { runCli } from '../../src/cli/run-cli.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

/** What a call of `runyard` said, and how it ended. */
export interface Said {
  exit: number;
  out: string;
  err: string;
}

export const runyard = (...argv: string[]): Promise<Said> => runyardAt({}, ...argv);

/** With this environment, working directory, stdin or Ctrl-C. */
export const runyardAt = async (
  {
    stdin = '',
    ...place
  }: Partial<Pick<Terminal, 'env' | 'cwd' | 'colors' | 'onScreen' | 'interrupted'>> & { stdin?: string },
  ...argv: string[]
): Promise<Said> => {
  const said = { out: '', err: '' };
  const exit = await runCli(argv, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    input: async () => stdin,
    secret: async () => stdin,
    onScreen: false,
    cwd: '/',
    now: () => Date.now(),
    env: {},
    colors: false,
    interrupted: () => new AbortController().signal,
    ...place,
  });
  return { exit, ...said };
};

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** git said no, or is not there. */
export class GitRefused extends Error {}

/** The developer's own git, with its settings and credentials. It asks nobody and changes nothing. */
export interface Git {
  /** What it prints. Throws `GitRefused`. */
  ask(cwd: string, args: readonly string[], options?: AskOptions): Promise<string>;
  /** As above; null where it says no. */
  askOr(cwd: string, args: readonly string[]): Promise<string | null>;
}

export interface AskOptions {
  /** Default a minute. */
  timeoutMs?: number;
  /** Besides the developer's own environment. */
  env?: Readonly<Record<string, string>>;
}

export const gitWith = (env: Environment): Git => {
  const ownEnv = { ...withoutRepository(env), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  const git: Git = {
    ask: async (cwd, args, { timeoutMs = 60_000, env: more = {} } = {}) => {
      try {
        return (
          await run('git', [...args], { cwd, env: { ...ownEnv, ...more }, timeout: timeoutMs, maxBuffer: 2 ** 28 })
        ).stdout;
      } catch (error) {
        throw refused(error as ProcessFailure);
      }
    },
    askOr: async (cwd, args) =>
      git.ask(cwd, args).catch((error: unknown) => {
        if (error instanceof GitRefused) return null;
        throw error;
      }),
  };
  return git;
};

type Environment = Readonly<Record<string, string | undefined>>;

interface ProcessFailure extends Error {
  code?: unknown;
  killed?: boolean;
  stderr?: string;
}

const refused = (error: ProcessFailure): GitRefused => {
  if (error.code === 'ENOENT') return new GitRefused('git is not installed.');
  if (error.killed === true) return new GitRefused('git did not answer in time.');
  return new GitRefused(withoutCredentials(error.stderr?.trim() || error.message));
};

// A sentence of git may name a URL with what is secret in it.
const withoutCredentials = (text: string): string => text.replace(/\/\/[^/@\s]*@/g, '//***@');

// In a hook these name one repository, whatever the folder.
const ofOneRepository =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE)$/;

const withoutRepository = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !ofOneRepository.test(name)));

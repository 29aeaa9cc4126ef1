import { type Ended, runInOwnGroup } from './own-group.ts';

/** git could not answer: its words, or why it could not be asked. */
export class GitRefused extends Error {
  /** What it ended with; null: it did not run, or not to its end. */
  readonly exit: number | null;
  constructor(message: string, exit: number | null) {
    super(message);
    this.exit = exit;
  }
}

/** The developer's own git, with its settings and credentials. It asks nobody and changes nothing. */
export interface Git {
  /** The developer's environment. */
  readonly env: Environment;
  /** What it prints. Throws `GitRefused`. */
  ask(cwd: string, args: readonly string[], options?: AskOptions): Promise<string>;
  /** As above; null where it says no, which is exit code 1. What it cannot do is thrown all the same. */
  askOr(cwd: string, args: readonly string[]): Promise<string | null>;
}

export interface AskOptions {
  /** Default a minute. */
  timeoutMs?: number;
  /** Besides the developer's own environment. */
  env?: Readonly<Record<string, string>>;
}

export const gitWith = (env: Environment): Git => {
  const ownEnv = { ...withoutRepository(env), ...asksNobody, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
  const git: Git = {
    env,
    ask: async (cwd, args, { timeoutMs = 60_000, env: more = {} } = {}) => {
      const ended = await runInOwnGroup('git', args, { cwd, env: { ...ownEnv, ...more }, timeoutMs }).catch(
        (error: NodeJS.ErrnoException) => {
          throw new GitRefused(error.code === 'ENOENT' ? 'git is not installed.' : error.message, null);
        },
      );
      if (ended.code !== 0 || ended.timedOut) throw refused(ended, timeoutMs);
      return ended.stdout;
    },
    askOr: async (cwd, args) =>
      git.ask(cwd, args).catch((error: unknown) => {
        if (error instanceof GitRefused && error.exit === 1) return null;
        throw error;
      }),
  };
  return git;
};

// There is nobody to answer: git runs without a terminal.
const asksNobody = { GIT_TERMINAL_PROMPT: '0', SSH_ASKPASS_REQUIRE: 'never' };

type Environment = Readonly<Record<string, string | undefined>>;

const refused = ({ code, timedOut, stderr }: Ended, timeoutMs: number): GitRefused => {
  if (timedOut) return new GitRefused(`git did not answer within ${timeoutMs / 1_000} s`, null);
  return new GitRefused(withoutCredentials(stderr.trim() || `git ended with ${code ?? 'a signal'}`), code);
};

// A sentence of git may name a URL with what is secret in it.
const withoutCredentials = (text: string): string => text.replace(/\/\/[^/@\s]*@/g, '//***@');

// In a hook these name one repository, whatever the folder.
const ofOneRepository =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE)$/;

const withoutRepository = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !ofOneRepository.test(name)));

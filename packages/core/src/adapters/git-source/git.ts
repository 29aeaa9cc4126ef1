import { GitError, GitPluginError, type SimpleGitOptions, simpleGit } from 'simple-git';

/** git ended with an exit code other than 0. */
export class GitFailed extends GitError {
  readonly exitCode: number;
  readonly stderr: string;
  constructor(exitCode: number, stderr: string) {
    super(undefined, `git exited with ${exitCode}: ${stderr.trim()}`);
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** git said nothing for too long, and was ended. */
export class GitSilent extends Error {}

export interface GitCall {
  /** The whole environment of git. */
  env: Readonly<Record<string, string>>;
  cwd: string;
  signal: AbortSignal;
  /** `key=value`, for this call only. */
  config?: readonly string[];
}

/**
 * Runs a git that stays on this machine, and gives what it printed. simple-git 4 ends it (SIGINT, on which git removes
 * its locks) when the signal is aborted, and drops every `GIT_` variable that is not named to it.
 *
 * It waits another 50 ms for each git that prints nothing at all, so our calls are such that git says something. It
 * also takes a failure without a word on stderr for a success; `errors` below does not.
 */
export async function git(args: readonly string[], call: GitCall): Promise<string> {
  call.signal.throwIfAborted();
  const options: Partial<SimpleGitOptions> = {
    baseDir: call.cwd,
    abort: call.signal,
    config: [...(call.config ?? [])],
    allowEnvironment: Object.keys(call.env),
    unsafe: ourOwn,
    errors: (error, { exitCode, stdErr }) =>
      error instanceof GitPluginError || exitCode === 0
        ? error
        : new GitFailed(exitCode, String(Buffer.concat(stdErr))),
  };
  try {
    return await simpleGit(options)
      .env(call.env)
      .raw([...args]);
  } catch (error) {
    if (call.signal.aborted) throw call.signal.reason;
    throw error;
  }
}

// What simple-git guards against is that such settings come from users. These come from this folder only: users' refs
// and URLs are checked before (check-source.ts).
const ourOwn: NonNullable<SimpleGitOptions['unsafe']> = {
  allowUnsafeConfigPaths: true,
};

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '../../ports/clock.ts';
import { type GitCall, GitFailed, GitSilent } from './git.ts';

export interface NetworkCall extends GitCall {
  clock: Clock;
  /** git is ended when it prints nothing for so long. */
  silenceMs: number;
}

const killAfterMs = 5_000;
const keptErrors = 256 * 1024;

/**
 * Runs a git that talks to a server. Not by simple-git, which signals the one process that it started: then git's own
 * child, `git-remote-https`, would hang on a server that does not answer long after its parent has gone. Here git has
 * a process group, and all of it is ended: TERM, on which git removes its locks, then KILL.
 */
export async function networkGit(args: readonly string[], call: NetworkCall): Promise<void> {
  call.signal.throwIfAborted();
  const settings = (call.config ?? []).flatMap((each) => ['-c', each]);
  const child = spawn('git', [...settings, ...args], {
    cwd: call.cwd,
    env: call.env,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const ended = new AbortController();
  let stderr = '';
  let heard = call.clock.monotonic();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    heard = call.clock.monotonic();
    stderr = `${stderr}${text}`.slice(-keptErrors);
  });

  const end = (): void => void endGroup(child.pid, { clock: call.clock, signal: ended.signal });
  call.signal.addEventListener('abort', end, { once: true });
  const silent = silence(() => heard, { ...call, signal: ended.signal }).then(end);
  silent.catch(() => {}); // it ended in time

  try {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    if (call.signal.aborted) throw call.signal.reason;
    if (exitCode === 0) return;
    if (call.clock.monotonic() - heard >= call.silenceMs) throw new GitSilent('git printed nothing any more');
    throw new GitFailed(exitCode ?? -1, stderr);
  } finally {
    call.signal.removeEventListener('abort', end);
    ended.abort();
  }
}

// Resolves when nothing was heard for so long; rejects when the signal comes first.
async function silence(
  heard: () => number,
  { clock, silenceMs, signal }: { clock: Clock; silenceMs: number; signal: AbortSignal },
): Promise<void> {
  for (;;) {
    const left = heard() + silenceMs - clock.monotonic();
    if (left <= 0) return;
    await clock.sleep(Math.min(left, 30_000), signal);
  }
}

async function endGroup(pid: number | undefined, { clock, signal }: { clock: Clock; signal: AbortSignal }) {
  if (pid === undefined) return;
  kill(pid, 'SIGTERM');
  await clock.sleep(killAfterMs, signal).then(
    () => kill(pid, 'SIGKILL'),
    () => {}, // it has ended
  );
}

// Its own group, which has the number of its first process as long as that one is not reaped.
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has just ended.
  }
}

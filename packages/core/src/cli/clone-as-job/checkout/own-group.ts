import { type ChildProcess, spawn } from 'node:child_process';

export interface GroupOptions {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  timeoutMs: number;
}

/** How a program ended, with what it said until then. */
export interface Ended {
  /** Null: a signal ended it. */
  code: number | null;
  timedOut: boolean;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program in a session of its own: it and what it starts have no terminal to ask anything on, and all of them end when
 * time is over, or when a signal ends this process. Rejects where it cannot be started.
 */
export const runInOwnGroup = (
  program: string,
  args: readonly string[],
  { cwd, env, timeoutMs }: GroupOptions,
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    let [timedOut, exited, isRead] = [false, false, false];
    const end = (): void => {
      clearTimeout(timer);
      forget(child);
      // What it left behind may hold this open for long: a connection of ssh that others are to share.
      child.stderr.destroy();
      child.stdout.destroy();
      resolve({ code: child.exitCode, timedOut, stdout: text(stdout), stderr: text(stderr) });
    };
    const timer = setTimeout(() => {
      timedOut = true;
      kill(child);
      end();
    }, timeoutMs);
    remember(child);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdout.once('end', () => {
      isRead = true;
      if (exited) end();
    });
    child.once('exit', () => {
      exited = true;
      if (isRead) end();
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      forget(child);
      reject(error);
    });
  });

const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');

const kill = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL'); // it only reads, and may be waiting for what never comes
  } catch {
    // it has ended meanwhile
  }
};

// A Ctrl-C goes to the group of the terminal, of which these are no part.
const running = new Set<ChildProcess>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const remember = (child: ChildProcess): void => {
  if (running.size === 0) for (const name of signals) process.on(name, endWith);
  running.add(child);
};

const forget = (child: ChildProcess): void => {
  if (running.delete(child) && running.size === 0) for (const name of signals) process.off(name, endWith);
};

const endWith = (name: NodeJS.Signals): void => {
  for (const child of running) {
    kill(child);
    forget(child);
  }
  // Where nobody else listens, it ends this process as it would have without us.
  if (process.listenerCount(name) === 0) process.kill(process.pid, name);
};

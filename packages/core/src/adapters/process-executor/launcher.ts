import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ExecutorUnavailable } from '../../domain/errors.ts';
import { workerUrl } from '../shared/worker-url.ts';

/** A supervisor to be started: `/bin/sh -s <path>` in a session of its own, its program on stdin, its output at the end of `log`. */
export interface Supervisor {
  path: string;
  cwd: string;
  env: Readonly<Record<string, string>>;
  log: string;
  program: string;
}

/** Folders to be made, then files to be written, in this order, for their owner alone. */
export interface Layout {
  folders: readonly { path: string; recursive?: boolean }[];
  files: readonly { path: string; text: string }[];
}

type Order = { kind: 'spawn'; supervisor: Supervisor } | { kind: 'lay-out'; layout: Layout };
export type LauncherRequest = Order & { id: number };

export interface LauncherReply {
  id: number;
  /** null: it is done. */
  failure: { code: string | undefined; message: string } | null;
}

/** Starts supervisors from a small process beside the host, and does the small writes around that: see `launcher-process`. */
export interface Launcher {
  /** Resolves once the supervisor has its claim or has ended: it has closed fd 3. Rejects with the system's `code`. */
  spawn(supervisor: Supervisor): Promise<void>;
  /** Rejects with the system's `code`; what was made by then stays. */
  layOut(layout: Layout): Promise<void>;
  /** What was started goes on. */
  close(): Promise<void>;
}

/** The process is begun with the first order, ends with the host, and never keeps it alive unless an order is under way. */
export const createLauncher = (): Launcher => {
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  let child: ChildProcess | null = null;
  let lastId = 0;

  const settle = ({ id, failure }: LauncherReply): void => {
    const order = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) child?.channel?.unref();
    if (failure === null) order?.resolve();
    else order?.reject(Object.assign(new Error(failure.message), { code: failure.code }));
  };

  const begin = (): ChildProcess => {
    const begun = beginProcess();
    const end = (cause: unknown): void => {
      if (child !== begun) return;
      child = null;
      // Whether it did what it was told is not known, so nobody may take this for an answer: the next asks the claim.
      const why = `The process that starts jobs has ended: ${cause instanceof Error ? cause.message : cause}`;
      for (const [id, order] of [...waiting]) {
        waiting.delete(id);
        order.reject(new ExecutorUnavailable(why));
      }
    };
    begun.on('message', settle);
    begun.on('error', end);
    begun.on('exit', (code, signal) => end(signal ?? code));
    return begun;
  };

  const ask = (order: Order): Promise<void> => {
    child ??= begin();
    const id = ++lastId;
    const promise = Promise.withResolvers<void>();
    child.channel?.ref();
    waiting.set(id, promise);
    // One that could not be begun has no channel; its `error`, which comes next, answers the order.
    if (child.connected) child.send({ ...order, id } satisfies LauncherRequest);
    return promise.promise;
  };

  return {
    spawn: (supervisor) => ask({ kind: 'spawn', supervisor }),
    layOut: (layout) => ask({ kind: 'lay-out', layout }),
    async close() {
      await Promise.allSettled([...waiting.values()].map(({ promise }) => promise));
      const closing = child;
      child = null;
      if (!closing || closing.exitCode !== null || closing.signalCode !== null) return;
      const ended = once(closing, 'exit');
      closing.ref();
      if (closing.connected) closing.disconnect();
      await ended;
    },
  };
};

// In a session of its own, since Ctrl-C at a terminal is meant for the host; without the host's environment, which is none of its business.
const beginProcess = (): ChildProcess => {
  const file = fileURLToPath(workerUrl(import.meta.url, './launcher-process.ts', 'process-launcher'));
  const child = fork(file, [], {
    execPath: process.execPath,
    execArgv: [],
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
    serialization: 'advanced',
  });
  child.unref();
  child.channel?.unref();
  return child;
};

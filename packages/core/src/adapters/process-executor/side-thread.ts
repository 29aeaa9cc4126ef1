import { Worker } from 'node:worker_threads';
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

export type SideRequest = { id: number } & (
  | { kind: 'spawn'; supervisor: Supervisor }
  | { kind: 'lay-out'; layout: Layout }
);

export interface SideReply {
  id: number;
  /** null: it is done. */
  failure: { code: string | undefined; message: string } | null;
}

/** A thread for what would hold up the host's event loop, or cost it a trip to the thread pool for each step. */
export interface SideThread {
  /** Resolves once the supervisor has its claim or has ended: it has closed fd 3. Rejects with the system's `code`. */
  spawn(supervisor: Supervisor): Promise<void>;
  /** Rejects with the system's `code`; what was made by then stays. */
  layOut(layout: Layout): Promise<void>;
  /** What was started goes on. */
  close(): Promise<void>;
}

export const createSideThread = (): SideThread => {
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  let worker: Worker | null = null;
  let lastId = 0;

  const settle = (id: number, failure: SideReply['failure']): void => {
    const promise = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker?.unref();
    if (failure === null) promise?.resolve();
    else promise?.reject(Object.assign(new Error(failure.message), { code: failure.code }));
  };

  const begin = (): Worker => {
    const begun = new Worker(workerUrl(import.meta.url, './side-thread-worker.ts', 'process-worker'), {
      name: 'runyard-process',
    });
    begun.unref();
    begun.on('message', ({ id, failure }: SideReply) => settle(id, failure));
    const end = (cause: unknown): void => {
      if (worker === begun) worker = null;
      const message = `The thread of the process executor has ended: ${cause instanceof Error ? cause.message : cause}`;
      for (const id of [...waiting.keys()]) settle(id, { code: undefined, message });
    };
    begun.on('error', end);
    begun.on('exit', end);
    return begun;
  };

  const ask = (
    request: { kind: 'spawn'; supervisor: Supervisor } | { kind: 'lay-out'; layout: Layout },
  ): Promise<void> => {
    worker ??= begin();
    const id = ++lastId;
    const promise = Promise.withResolvers<void>();
    if (waiting.size === 0) worker.ref();
    waiting.set(id, promise);
    worker.postMessage({ ...request, id } satisfies SideRequest);
    return promise.promise;
  };

  return {
    spawn: (supervisor) => ask({ kind: 'spawn', supervisor }),
    layOut: (layout) => ask({ kind: 'lay-out', layout }),
    async close() {
      await Promise.allSettled([...waiting.values()].map(({ promise }) => promise));
      await worker?.terminate();
    },
  };
};

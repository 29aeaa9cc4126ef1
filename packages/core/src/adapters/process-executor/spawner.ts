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

export type SpawnRequest = Supervisor & { id: number };

export interface SpawnReply {
  id: number;
  /** null: it has closed fd 3, by claiming its attempt or by ending. */
  failure: { code: string | undefined; message: string } | null;
}

/** Starts supervisors on a thread of its own, since a fork would hold up the host's event loop. */
export interface Spawner {
  /** Begins the thread, so that the first `spawn` does not wait for it. */
  warm(): void;
  /** Resolves once the supervisor has its claim or has ended. */
  spawn(supervisor: Supervisor): Promise<void>;
  /** What was started goes on. */
  close(): Promise<void>;
}

export const createSpawner = (): Spawner => {
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  let worker: Worker | null = null;
  let lastId = 0;

  const settle = (id: number, failure: SpawnReply['failure']): void => {
    const promise = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker?.unref();
    if (failure === null) promise?.resolve();
    else promise?.reject(Object.assign(new Error(failure.message), { code: failure.code }));
  };

  const begin = (): Worker => {
    const begun = new Worker(workerUrl(import.meta.url, './spawn-worker.ts', 'spawn-worker'), {
      name: 'runyard-spawner',
    });
    begun.unref();
    begun.on('message', ({ id, failure }: SpawnReply) => settle(id, failure));
    const end = (cause: unknown): void => {
      if (worker === begun) worker = null;
      const message = `The thread that starts processes has ended: ${cause instanceof Error ? cause.message : cause}`;
      for (const id of [...waiting.keys()]) settle(id, { code: undefined, message });
    };
    begun.on('error', end);
    begun.on('exit', end);
    return begun;
  };

  return {
    warm() {
      worker ??= begin();
    },
    spawn(supervisor) {
      worker ??= begin();
      const id = ++lastId;
      const promise = Promise.withResolvers<void>();
      if (waiting.size === 0) worker.ref();
      waiting.set(id, promise);
      worker.postMessage({ ...supervisor, id } satisfies SpawnRequest);
      return promise.promise;
    },
    async close() {
      await Promise.allSettled([...waiting.values()].map(({ promise }) => promise));
      await worker?.terminate();
    },
  };
};

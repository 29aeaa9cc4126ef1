import { Worker } from 'node:worker_threads';
import { RunyardError } from '../../domain/errors.ts';
import { fromFailure } from './failures.ts';
import type { Reply, ReplyValues, Request, RequestBody, WorkerSetup } from './messages.ts';

/** A worker thread of the store, seen from the host's. */
export interface Thread {
  ask<Body extends RequestBody>(body: Body): Promise<ReplyValues[Body['kind']]>;
  /** Ends it once everything that was asked is answered. */
  close(): Promise<void>;
}

// What a shared transaction answers at once would otherwise wake so many callers in one turn of the host's event loop.
const atOnce = 8;

/** Keeps the process alive only while an answer is awaited: a script may await a call, an idle host may exit. */
export const startThread = (url: URL, setup: WorkerSetup): Thread => {
  const worker = new Worker(url, {
    name: `runyard-${setup.role}`,
    workerData: setup,
    // Node 22 prints a warning for node:sqlite, and it is not our console.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // What it makes lives for one message: a nursery that grows would only take memory from the host.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const waiting = new Map<number, Pending>();
  let lastId = 0;
  let ended: RunyardError | null = null;

  const settle = (id: number, act: (pending: Pending) => void): void => {
    const pending = waiting.get(id);
    if (!pending) return;
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    act(pending);
  };

  const end = (cause: unknown): void => {
    ended ??= endedError(setup, cause);
    const error = ended;
    for (const id of [...waiting.keys()]) settle(id, ({ reject }) => reject(error));
  };

  worker.unref();
  const settleAll = (replies: readonly Reply[]): void => {
    for (const reply of replies.slice(0, atOnce))
      settle(reply.id, ({ resolve, reject }) =>
        'failure' in reply ? reject(fromFailure(reply.failure)) : resolve(reply.value),
      );
    if (replies.length > atOnce) setImmediate(settleAll, replies.slice(atOnce));
  };
  worker.on('message', settleAll);
  worker.on('error', end);
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      end(code);
      resolve();
    });
  });

  const ask = <Body extends RequestBody>(body: Body): Promise<ReplyValues[Body['kind']]> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const id = ++lastId;
      if (body.kind === 'read') readSoon({ id, ...body });
      // Copies what it is given now; throws on what cannot be copied, which rejects this call alone.
      else worker.postMessage({ id, ...body });
      if (waiting.size === 0) worker.ref();
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
    });

  // A message costs both threads more than most reads do: those of one turn of the host's event loop travel together.
  let reads: Request[] = [];
  const readSoon = (read: Request): void => {
    if (reads.push(read) === 1) setImmediate(sendReads);
  };
  const sendReads = (): void => {
    const together = reads;
    reads = [];
    try {
      worker.postMessage(together);
    } catch {
      for (const read of together) sendAlone(read);
    }
  };
  const sendAlone = (read: Request): void => {
    try {
      worker.postMessage(read);
    } catch (error) {
      settle(read.id, ({ reject }) => reject(error as Error));
    }
  };

  return {
    ask,
    async close() {
      if (ended) return exited;
      if (reads.length > 0) sendReads();
      const answered = ask({ kind: 'close' });
      worker.ref();
      await answered.catch(() => undefined);
      worker.ref();
      return exited;
    },
  };
};

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const endedError = ({ role, file }: WorkerSetup, cause: unknown): RunyardError =>
  new RunyardError('store-unavailable', `The ${role} thread of the store at ${file} ${howItEnded(cause)}`, {
    ...(cause instanceof Error && { cause }),
  });

const howItEnded = (cause: unknown): string => {
  if ((cause as { code?: string } | null)?.code === 'ERR_WORKER_INIT_FAILED')
    return `cannot be started now (${(cause as Error).message}): look whether this process may open more files (\`ulimit -n\`).`;
  return `has ended${cause === 0 ? '' : ' by a fault'}: open the store again.`;
};

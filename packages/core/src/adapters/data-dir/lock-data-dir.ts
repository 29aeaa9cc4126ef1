import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { RunyardError } from '../../domain/errors.ts';
import { workerUrl } from '../shared/worker-url.ts';
import { readHolder, writeHolder } from './holder.ts';
import type { LockAnswer, LockSetup } from './lock-worker.ts';
import { unusable } from './unusable.ts';

export interface DataDirLock {
  release(): Promise<void>;
}

/**
 * Holds the lock on a small database beside the main one, on a worker thread: waiting for it blocks nothing, and the
 * kernel frees it with the process. The thread keeps the process alive only while it is waited for.
 */
export const lockDataDir = async (dir: string, options: { since: number; waitMs: number }): Promise<DataDirLock> => {
  const setup: LockSetup = { file: join(dir, 'lock.db'), waitMs: options.waitMs };
  const worker = new Worker(workerUrl(import.meta.url, './lock-worker.ts', 'lock-worker'), {
    name: 'runyard-lock',
    workerData: setup,
    // Node 22 prints a warning for node:sqlite, and it is not our console.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const answer = await firstAnswer(worker);
  if (answer.kind === 'held') {
    worker.unref();
    await writeHolder(dir, options.since);
    return { release: () => release(worker, ended) };
  }
  await ended;
  throw answer.kind === 'taken' ? await lockedBy(dir, options.waitMs) : unusable(dir, answer.error);
};

const firstAnswer = (worker: Worker): Promise<LockAnswer> =>
  new Promise((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (error) => resolve({ kind: 'failed', error }));
  });

const release = async (worker: Worker, ended: Promise<void>): Promise<void> => {
  worker.ref();
  worker.postMessage('release');
  await ended;
};

const lockedBy = async (dir: string, waitMs: number): Promise<RunyardError> => {
  const holder = await readHolder(dir);
  const who = holder
    ? `process ${holder.pid} on ${holder.host}, since ${new Date(holder.since).toISOString()}`
    : 'another process';
  return new RunyardError(
    'data-dir-locked',
    `The data directory ${dir} is held by ${who}, and did not become free within ${waitMs} ms: one instance a directory. End that one, or give this one its own \`dataDir\`.`,
    { field: 'dataDir', ...(holder ? { received: `held by process ${holder.pid}` } : {}) },
  );
};

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type ExclusiveLock, takeExclusiveLock } from '../shared/exclusive-lock.ts';

export interface LockSetup {
  file: string;
  waitMs: number;
}

export type LockAnswer = { kind: 'held' } | { kind: 'taken' } | { kind: 'failed'; error: unknown };

// Runs as a thread: takes the lock, says how that went, and keeps it until it is told to release it.
const port = parentPort as MessagePort;
const { file, waitMs } = workerData as LockSetup;

const answer = (message: LockAnswer): void => port.postMessage(message);

const take = (): ExclusiveLock | null => {
  try {
    const lock = takeExclusiveLock(file, waitMs);
    answer(lock ? { kind: 'held' } : { kind: 'taken' });
    return lock;
  } catch (error) {
    answer({ kind: 'failed', error });
    return null;
  }
};

const lock = take();
if (lock)
  port.once('message', () => {
    lock.release();
    port.close();
  });

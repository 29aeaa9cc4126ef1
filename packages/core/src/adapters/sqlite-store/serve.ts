import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { answering, type ServeHooks } from './answer.ts';
import type { Request, WorkerSetup } from './messages.ts';

/**
 * The life of a worker thread of the store: answers its parent until it is told to close. Whatever waits at the same
 * time is taken at once, so that all commits in it share a transaction; while that waits for the disk, more pile up
 * and share the next.
 */
export const serve = (hooks: ServeHooks = {}): void => {
  const port = parentPort as MessagePort;
  const answer = answering(workerData as WorkerSetup, hooks);
  port.on('message', (first: Request | Request[]) => {
    for (let waiting = [first].flat(); waiting.length > 0; waiting = takeWaiting(port)) {
      port.postMessage(answer(waiting));
      if (waiting.some(({ kind }) => kind === 'close')) return port.close();
    }
  });
};

// So many that the wait for the disk is shared well, so few that the first of a flood does not wait for the last.
const mostChanges = 3_000;

const takeWaiting = (port: MessagePort): Request[] => {
  const waiting: Request[] = [];
  for (let changes = 0; changes < mostChanges; ) {
    const next = receiveMessageOnPort(port) as { message: Request | Request[] } | undefined;
    if (!next) break;
    for (const request of [next.message].flat()) {
      waiting.push(request);
      changes += changesIn(request);
    }
  }
  return waiting;
};

const changesIn = (request: Request): number =>
  request.kind === 'commit' ? request.call.reduce((sum, batch) => sum + batch.length, 0) : 1;

import { RunyardError } from '../domain/errors.ts';

/** What is said when the store holds the engine back. */
export const sentences = {
  'store-slow': ({ slowestMs }: Record<string, number>) =>
    `The store takes ${slowestMs} ms and more to answer; the engine waits for it, and what can wait rests. Look at its disk, its server, and what else uses them.`,
  'store-queue-full': ({ waiting }: Record<string, number>) =>
    `${waiting} commits wait until the store has answered others; starts take longer. Fewer at once, or a faster store, would help.`,
};

export const noAnswer = (ms: number): RunyardError =>
  new RunyardError(
    'store-unavailable',
    `The store has not answered within ${ms / 1000} s. What was asked may still happen: look before it is asked again.`,
  );

export const notSent = (ms: number): RunyardError =>
  new RunyardError(
    'store-unavailable',
    `As many commits as may be have been in flight for ${ms / 1000} s, so this was not sent to the store. Try again later.`,
  );

export const notClosed = (ms: number): RunyardError =>
  new RunyardError(
    'store-unavailable',
    `The store has not closed within ${ms / 1000} s and was left as it is. What was answered before is kept; look whether its process or connections are still there.`,
  );

export const closed = (): RunyardError => new RunyardError('closed', 'This Runyard was closed.');

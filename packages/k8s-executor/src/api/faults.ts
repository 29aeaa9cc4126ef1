import { ExecutorUnavailable, isAttemptFailed, isAttemptMissing, isRunyardError } from '@runyard/core';
import { isRefusal } from './refusal.ts';

/** No answer came, or none that can be read. It is asked again. */
export class Unanswered extends Error {
  constructor(words: string, cause?: unknown) {
    super(words, cause === undefined ? undefined : { cause });
    this.name = 'Unanswered';
  }
}

export const unavailable = (sentence: string, cause?: unknown): ExecutorUnavailable =>
  new ExecutorUnavailable(sentence, cause === undefined ? {} : { cause });

/**
 * What the port wants to hear: an answer that no verb expects says nothing of the attempt, so it is asked for again. A missing right is such an
 * answer: the runs wait with its sentence until somebody gives it.
 */
export const asPortFault = (error: unknown, signal: AbortSignal): unknown => {
  if (isAttemptFailed(error) || isAttemptMissing(error) || isRunyardError(error)) return error;
  if (signal.aborted) return signal.reason;
  return isRefusal(error) ? unavailable(error.message, error) : error;
};

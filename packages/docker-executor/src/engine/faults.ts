import { ExecutorUnavailable, isAttemptFailed, isAttemptMissing, isRunyardError } from '@runyard/core';

/** The engine answered, and the answer is no. */
export class EngineRefusal extends Error {
  readonly status: number;
  /** The engine's own words. */
  readonly words: string;
  constructor(status: number, words: string, what: string) {
    super(`The Docker engine refused ${what} (${status}): ${words}`);
    this.name = 'EngineRefusal';
    this.status = status;
    this.words = words;
  }
}

export const isRefusal = (error: unknown, ...statuses: number[]): error is EngineRefusal =>
  error instanceof EngineRefusal && (statuses.length === 0 || statuses.includes(error.status));

export const unavailable = (sentence: string, cause?: unknown): ExecutorUnavailable =>
  new ExecutorUnavailable(sentence, cause === undefined ? {} : { cause });

/** What the port wants to hear: an answer that no verb expects says nothing of the attempt, so it is asked for again. */
export const asPortFault = (error: unknown, signal: AbortSignal): unknown => {
  if (isAttemptFailed(error) || isAttemptMissing(error) || isRunyardError(error)) return error;
  if (signal.aborted) return signal.reason;
  return isRefusal(error) ? unavailable(error.message, error) : error;
};

import type { Outcome } from './outcome.ts';

const failed = Symbol.for('runyard.attempt-failed');
const missing = Symbol.for('runyard.attempt-missing');

/** Thrown by `prepare` or `start`: this attempt can never run as asked, or its surroundings failed. It ends with `outcome`. */
export class AttemptFailed extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome, cause?: unknown) {
    super(outcome.sentence ?? outcome.class, cause === undefined ? undefined : { cause });
    this.name = 'AttemptFailed';
    this.outcome = outcome;
    Object.defineProperty(this, failed, { value: true });
  }
}

/** `reason` is a stable code such as `ref-not-found`; it becomes the run's reason. Counts against the backoff limit. */
export const startFailed = (reason: string, sentence: string, cause?: unknown): AttemptFailed =>
  new AttemptFailed({ class: 'start-failed', reason, sentence }, cause);

/** `reason` as above. Has its own retry budget. */
export const infrastructureFailed = (reason: string, sentence: string, cause?: unknown): AttemptFailed =>
  new AttemptFailed({ class: 'infrastructure', reason, sentence }, cause);

/** Thrown by `start` where the handle's object is gone, after the place was verified. */
export class AttemptMissing extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AttemptMissing';
    Object.defineProperty(this, missing, { value: true });
  }
}

// An executor may come with another copy of this package, so the class alone does not tell.

export const isAttemptFailed = (error: unknown): error is AttemptFailed => isBranded(error, failed);

export const isAttemptMissing = (error: unknown): error is AttemptMissing => isBranded(error, missing);

const isBranded = (error: unknown, brand: symbol): boolean =>
  typeof error === 'object' && error !== null && brand in error;

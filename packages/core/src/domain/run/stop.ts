import type { StopRequest } from './run.ts';

/**
 * A run that was asked to stop, asked again. The first cause is kept; but a timeout ends only an attempt, so whatever else
 * comes behind it is kept too, and so is that it was abandoned when it would not stop. Null: nothing new.
 */
export const askedAgain = (before: StopRequest | null, now: StopRequest): StopRequest | null => {
  if (before === null) return now;
  if (now.cause === 'abandoned' && !isAbandoned(before)) return { ...before, behind: behind(now) };
  if (!endsOnlyItsAttempt(before) || now.cause === 'timeout') return null;
  return { ...before, behind: behind(now) };
};

/** What of a stop request is news to somebody who has heard of `before`; null: nothing. */
export const unheard = (before: StopRequest | null, request: StopRequest): StopRequest | null => {
  if (before === null) return request;
  return request.behind && askedAgain(before, request.behind) ? request.behind : null;
};

/** A stop after which the run may be tried again. */
export const endsOnlyItsAttempt = ({ cause, behind }: StopRequest): boolean =>
  cause === 'timeout' && behind === undefined;

/** Nobody waits any more for a proof that it is gone. */
export const isAbandoned = (stop: StopRequest | null): boolean =>
  stop?.cause === 'abandoned' || stop?.behind?.cause === 'abandoned';

const behind = ({ cause, by, at }: StopRequest): NonNullable<StopRequest['behind']> => ({ cause, by, at });

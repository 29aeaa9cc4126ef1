import type { Backoff } from '../job/job.ts';
import { retryDelay } from './backoff.ts';
import { isUnproved, type Outcome } from './outcome.ts';
import type { Run, StopCause } from './run.ts';
import { isAbandoned } from './stop.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** A run after its attempt has ended: ended too, or queued again for a retry. */
export const settle = (
  run: Run,
  outcome: Outcome,
  { backoff, now, random }: { backoff: Backoff; now: number; random: number },
): Run => {
  const verdict = verdictOf(outcome, causeOf(run, outcome));
  const counted = count(run, verdict);
  if (!mayRetry(counted, verdict, backoff)) return endedBy(counted, verdict, now);
  // It would have been tried again, had nobody asked it to stop since.
  if (run.stop?.behind) return endedBy(counted, verdictOf(outcome, run.stop.behind.cause), now);
  return retry(counted, verdict, backoff, now, random);
};

// One that was asked to stop and then abandoned, since it did not, was abandoned.
const causeOf = ({ stop }: Run, outcome: Outcome): StopCause | null =>
  isUnproved(outcome) && isAbandoned(stop) ? 'abandoned' : (stop?.cause ?? null);

/** A run that ends without an attempt of its own: cancelled, replaced or overdue while it was queued. */
export const endQueued = (run: Run, cause: NonNullable<Run['stop']>['cause'], now: number): Run => {
  return endedBy(run, verdictOf(null, cause), now);
};

const endedBy = (run: Run, { state, reason, sentence }: Verdict, now: number): Run => ({
  ...run,
  state,
  reason,
  sentence,
  endedAt: now,
  silentSince: null,
  leaseInstance: null,
});

const count = (run: Run, { budget }: Verdict): Run => {
  if (budget === 'none') return run;
  const one =
    budget === 'backoff' ? { failures: run.failures + 1 } : { infrastructureFailures: run.infrastructureFailures + 1 };
  return { ...run, ...one };
};

// `run` already counts the failure just seen: the nth failure asks for the nth retry.
const mayRetry = (run: Run, { budget, exitCode }: Verdict, backoff: Backoff): boolean => {
  if (budget === 'infrastructure') return run.infrastructureFailures <= backoff.infrastructureLimit;
  if (budget === 'none') return false;
  if (exitCode !== null && backoff.notOnExitCodes.includes(exitCode)) return false;
  return run.failures <= backoff.limit;
};

const retry = (run: Run, verdict: Verdict, backoff: Backoff, now: number, random: number): Run => {
  const n = verdict.budget === 'infrastructure' ? run.infrastructureFailures : run.failures;
  const delay = retryDelay(backoff, n, random);
  const sentence = `Attempt ${run.attempt} ended: ${verdict.sentence} Attempt ${run.attempt + 1} in ${delay / 1000} s.`;
  const waits = { state: 'queued', reason: null, sentence, notBefore: now + delay } as const;
  return { ...run, ...waits, silentSince: null, leaseInstance: null };
};

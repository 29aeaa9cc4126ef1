import type { Outcome } from '../domain/run/outcome.ts';
import type { Attempt } from '../domain/run/run.ts';
import { settle } from '../domain/run/settle.ts';
import type { Change } from '../ports/store.ts';
import { announceAttempt, announceRun } from './announce.ts';
import type { EngineContext } from './context.ts';
import type { Held } from './holdings.ts';
import { followsFailure, noticesOfEnd } from './notices/of-end.ts';
import { hasShares } from './place-of.ts';
import { writeHeld } from './write-held.ts';

/**
 * Outcome → ended or queued for a retry, with its attempt, in one transaction. `nothingLeft`: there is no log to seal and
 * nothing that would outlive us, so that the attempt is disposed of by the same write.
 */
export const settleRun = async (
  context: EngineContext,
  held: Held,
  outcome: Outcome,
  nothingLeft = false,
): Promise<void> => {
  context.checkpoint('settle.decided');
  const afterFailure = context.notices.any() && (await followsFailure(context, held, outcome));
  const now = context.clock.now();
  const random = context.entropy.random();
  const state = nothingLeft ? 'disposed' : 'ended';
  let notices: readonly Change[] = [];
  await writeHeld(context, held, (before, attempt) => {
    const run = settle(before, outcome, { backoff: held.job.spec.backoff, now, random });
    const ended = {
      ...attempt,
      state,
      outcome,
      endedAt: endOf(context, attempt, outcome) ?? now,
    } as const;
    notices = noticesOfEnd(context, { run, job: held.job, afterFailure, now });
    return { run, attempt: ended, retry: run.state === 'queued', with: notices };
  });
  context.checkpoint('settle.committed');
  context.notices.committed(notices);
  announceAttempt(context, 'attempt.ended', held.run, held.attempt);
  announceRun(context, held.run);
  if (concernsOthers(context, held)) context.wake();
};

// By its engine's clock, which may count in whole seconds, or be behind ours.
const endOf = ({ time }: EngineContext, { createdAt, startedAt }: Attempt, { endedAt }: Outcome): number | null =>
  endedAt === undefined ? null : Math.max(startedAt ?? createdAt, time.fromHost(endedAt));

// A retry stands in the queue again; somebody may have waited for this one by a policy, or for its share of the place.
const concernsOthers = (context: EngineContext, { run }: Held): boolean =>
  run.state === 'queued' || run.concurrencyPolicy !== 'Allow' || run.stop !== null || hasShares(context, run.executor);

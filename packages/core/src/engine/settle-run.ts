import type { Outcome } from '../domain/run/outcome.ts';
import type { Attempt } from '../domain/run/run.ts';
import { settle } from '../domain/run/settle.ts';
import type { Change } from '../ports/store.ts';
import { announceAttempt, announceRun } from './announce.ts';
import type { EngineContext } from './context.ts';
import type { Held } from './holdings.ts';
import { noticesOfEnd, standingBefore } from './notices/of-end.ts';
import { hasShares } from './place-of.ts';
import { ReadAnew, writeHeld } from './write-held.ts';

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
  const notices = await untilNew(() => writeEnd(context, held, { outcome, state: nothingLeft ? 'disposed' : 'ended' }));
  context.checkpoint('settle.committed');
  context.notices.committed(notices);
  announceAttempt(context, 'attempt.ended', held.run, held.attempt);
  announceRun(context, held.run);
  if (concernsOthers(context, held)) context.wake();
};

// Each time that it has to be read anew, another end was written.
const untilNew = async <T>(write: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof ReadAnew)) throw error;
    }
  }
};

/** Gives what was written for notifications. */
const writeEnd = async (
  context: EngineContext,
  held: Held,
  { outcome, state }: { outcome: Outcome; state: 'ended' | 'disposed' },
): Promise<readonly Change[]> => {
  const standing = context.notices.any() ? await standingBefore(context, held) : null;
  const now = context.clock.now();
  const random = context.entropy.random();
  let notices: readonly Change[] = [];
  await writeHeld(context, held, (before, attempt) => {
    const run = settle(before, outcome, { backoff: held.job.spec.backoff, now, random });
    const ended = {
      ...attempt,
      state,
      outcome,
      endedAt: endOf(context, attempt, outcome) ?? now,
    } as const;
    notices = noticesOfEnd(context, { run, job: held.job, standing, now });
    return { run, attempt: ended, retry: run.state === 'queued', with: notices };
  });
  return notices;
};

// By its engine's clock, which may count in whole seconds, or be behind ours.
const endOf = ({ time }: EngineContext, { createdAt, startedAt }: Attempt, { endedAt }: Outcome): number | null =>
  endedAt === undefined ? null : Math.max(startedAt ?? createdAt, time.fromHost(endedAt));

// A retry stands in the queue again; somebody may have waited for this one by a policy, or for its share of the place.
const concernsOthers = (context: EngineContext, { run }: Held): boolean =>
  run.state === 'queued' || run.concurrencyPolicy !== 'Allow' || run.stop !== null || hasShares(context, run.executor);

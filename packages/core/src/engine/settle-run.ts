import type { Outcome } from '../domain/run/outcome.ts';
import { settle } from '../domain/run/settle.ts';
import { announceAttempt, announceRun } from './announce.ts';
import type { EngineContext } from './context.ts';
import type { Held } from './holdings.ts';
import { writeHeld } from './write-held.ts';

/** Outcome → ended or queued for a retry, with its attempt, in one transaction. */
export const settleRun = async (context: EngineContext, held: Held, outcome: Outcome): Promise<void> => {
  context.checkpoint('settle.decided');
  const now = context.clock.now();
  const random = context.entropy.random();
  await writeHeld(context, held, (before, attempt) => {
    const run = settle(before, outcome, { backoff: held.job.spec.backoff, now, random });
    const ended = {
      ...attempt,
      state: 'ended' as const,
      outcome,
      endedAt: outcome.endedAt === undefined ? now : context.time.fromHost(outcome.endedAt),
    };
    return { run, attempt: ended, retry: run.state === 'queued' };
  });
  context.checkpoint('settle.committed');
  announceAttempt(context, 'attempt.ended', held.run, held.attempt);
  announceRun(context, held.run);
  // A retry, or a run of the same job that waited for this one.
  context.wake();
};

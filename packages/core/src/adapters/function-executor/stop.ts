import type { Outcome } from '../../domain/run/outcome.ts';
import type { Clock } from '../../ports/clock.ts';
import { rungWithin } from '../shared/bell.ts';
import { endAttempt, type FunctionAttempt } from './attempt.ts';

interface StopOptions {
  graceMs: number;
  clock: Clock;
  signal: AbortSignal;
  reason: Error;
}

/** Asks, waits for the grace, ends. What was not started yet never will be; what has ended is left as it is. */
export async function stopAttempt(attempt: FunctionAttempt, options: StopOptions): Promise<void> {
  if (attempt.startedAt === undefined) endAttempt(attempt, stoppedBeforeStart);
  attempt.running?.abort(options.reason);
  await endedWithinGrace(attempt, options);
  await attempt.running?.kill();
}

async function endedWithinGrace(attempt: FunctionAttempt, { graceMs, clock, signal }: StopOptions): Promise<void> {
  const deadline = clock.monotonic() + graceMs;
  while (attempt.running !== undefined) {
    const left = deadline - clock.monotonic();
    if (left <= 0) return;
    await rungWithin(attempt.changes, left, { clock, signal });
  }
}

const stoppedBeforeStart: Outcome = {
  class: 'infrastructure',
  reason: 'stopped-before-start',
  sentence: 'It was stopped before it was started.',
};

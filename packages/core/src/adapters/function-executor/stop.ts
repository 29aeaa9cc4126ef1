import type { Clock } from '../../ports/clock.ts';
import { rungWithin } from '../shared/bell.ts';
import type { FunctionAttempt } from './attempt.ts';

interface StopOptions {
  graceMs: number;
  clock: Clock;
  signal: AbortSignal;
  reason: Error;
}

/** Asks, waits for the grace, ends. Nothing to do where it never started or has ended. */
export async function stopAttempt(attempt: FunctionAttempt, options: StopOptions): Promise<void> {
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

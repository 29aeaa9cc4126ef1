import type { Outcome } from '../domain/run/outcome.ts';
import type { Run } from '../domain/run/run.ts';
import { isAbandoned } from '../domain/run/stop.ts';
import type { EngineContext } from './context.ts';
import type { Held } from './holdings.ts';
import { isServedHere } from './place-of.ts';
import { sleepFor } from './retry.ts';

/** Often enough for a rule that speaks of minutes. */
const lookMs = 1000;

/** Whether its job lets it be given up without its place. */
export const mayBeAssumedGone = ({ job: { spec } }: Held): boolean => spec.onPlaceLost.rule === 'assume-gone';

/**
 * Where its job says `assume-gone`: gives the attempt up once its place was silent for so long. What is left of that is counted
 * on the monotonic clock: a wall clock that is set forward gives up nothing. Ends with the signal.
 */
export const assumeGone = async (context: EngineContext, held: Held, signal: AbortSignal): Promise<void> => {
  const { afterMs } = held.job.spec.onPlaceLost;
  if (afterMs === null) return;
  try {
    for (;;) {
      await sleepFor(context.clock, lookMs, signal);
      if (held.run.silentSince !== null) await giveUp(context, held, afterMs, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};

// Returns early when the place answers again.
const giveUp = async (context: EngineContext, held: Held, afterMs: number, signal: AbortSignal): Promise<void> => {
  const { clock } = context;
  const since = held.run.silentSince ?? clock.now();
  const until = clock.monotonic() + afterMs - Math.max(0, clock.now() - since);
  while (held.run.silentSince === since) {
    // What was silent while we were away may answer again, and only its attempt not yet.
    if (clock.monotonic() >= until && !isServedHere(context, held.attempt)) return held.forsaken.happen();
    await sleepFor(clock, Math.max(1, Math.min(lookMs, until - clock.monotonic())), signal);
  }
};

/** The outcome of an attempt; once nobody waits for a proof of its end any more, the one that stands for it. */
export const unlessForsaken = (held: Held, outcome: Promise<Outcome>): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    held.forsaken.on(() => resolve(unproved(held.run)));
    outcome.then(resolve, reject);
  });

/** The outcome of an attempt whose place did not say what became of it. */
export const unproved = ({ stop }: Pick<Run, 'stop'>): Outcome => ({
  class: 'lost',
  unproved: true,
  sentence: isAbandoned(stop)
    ? 'It was abandoned: its place did not say what became of it.'
    : 'Its place was silent for longer than the job waits (onPlaceLost: assume-gone), so it is taken to be gone.',
});

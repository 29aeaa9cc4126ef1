import { follow } from '../ports/follow.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import type { Waker } from './waker.ts';

/** A sleep is never longer (on a shared store: than `pollMs`), since wall clocks step and machines sleep. */
const longestSleepMs = 30_000;
const afterFaultMs = 1000;

/** Ticks now, at each due instant and at each wake, until aborted. `tick` tells when it wants to be called next. */
export const runLoop = async (
  context: EngineContext,
  waker: Waker,
  signal: AbortSignal,
  tick: () => Promise<number | null>,
): Promise<void> => {
  const longest = context.exclusive ? longestSleepMs : Math.min(longestSleepMs, context.settings.pollMs);
  while (!signal.aborted) {
    const next = await tick().catch((error: unknown) => {
      context.counters.storeFaults++;
      reportFault(context, error, 'A tick of the engine failed; trying again.');
      return context.clock.now() + afterFaultMs;
    });
    const ms = next === null ? longest : Math.min(Math.max(0, next - context.clock.now()), longest);
    await sleepOrWake(context, waker, ms, signal);
  }
};

const sleepOrWake = async ({ clock }: EngineContext, waker: Waker, ms: number, signal: AbortSignal): Promise<void> => {
  const over = follow(signal);
  await Promise.race([clock.sleep(ms, over.signal).catch(() => {}), waker.woken(over.signal)]);
  over.end();
};

import type { EngineContext } from '../context.ts';
import { reportFault } from '../fault.ts';
import { wokenOr } from '../woken-or.ts';
import { deliverDue, findWaiting } from './deliver-due.ts';
import { type Told, tellOfLongWaits } from './waiting-long.ts';
import { readWebhooks } from './webhooks-known.ts';

/** So old may be what an instance knows of webhooks that were changed at another. */
const lookMs = 30_000;

/**
 * Sends notifications when they are due, and looks from time to time for webhooks that others have changed, for what others have left, and for runs
 * that wait for long; until aborted. Where nobody is told of anything it only looks, on a store that is shared, whether that is still so.
 */
export const notifyPeriodically = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  const { clock, notices } = context;
  const tasks = new Set<Promise<void>>();
  const told: Told = new Set();
  for (let lookAt = clock.monotonic(); !signal.aborted; ) {
    if (clock.monotonic() >= lookAt) {
      lookAt = clock.monotonic() + lookMs;
      await look(context, told, signal);
    }
    if (signal.aborted) break;
    const dueAt = deliverDue(context, signal, tasks);
    // Nobody else can change that.
    if (context.exclusive && !notices.any() && notices.line.size() === 0) {
      await notices.woken(signal);
      continue;
    }
    const ms = Math.min(lookAt - clock.monotonic(), dueAt === null ? lookMs : Math.max(1, dueAt - clock.now()));
    await wokenOr(clock, notices, ms, signal);
  }
  await Promise.allSettled(tasks);
};

const look = async (context: EngineContext, told: Told, signal: AbortSignal): Promise<void> => {
  try {
    await readWebhooks(context);
    if (context.notices.any()) await tellOfLongWaits(context, told, signal);
    await findWaiting(context);
  } catch (error) {
    if (!signal.aborted) reportFault(context, error, 'What is to be notified could not be looked for; trying again.');
  }
};

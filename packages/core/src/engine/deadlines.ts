import { startDeadline } from '../domain/plan.ts';
import type { EngineContext } from './context.ts';
import type { Held } from './holdings.ts';
import { sleepUntil } from './retry.ts';
import { requestStop } from './stop-run.ts';

/** Keeps the start deadline until the run is running, then the attempt's run limit. Ends with the signal. */
export const watchDeadlines = async (context: EngineContext, held: Held, signal: AbortSignal): Promise<void> => {
  try {
    const startBy = startDeadline(held.run, held.job);
    if (startBy !== null) {
      await sleepUntil(context.clock, startBy, AbortSignal.any([signal, held.running.signal])).catch(() => {});
      signal.throwIfAborted();
      if (!held.running.signal.aborted)
        return void (await requestStop(context, held.run.id, { cause: 'start-deadline', by: 'engine' }));
    }
    const { runMs } = held.job.spec.limits;
    if (runMs === null) return;
    await aborted(AbortSignal.any([signal, held.running.signal]));
    signal.throwIfAborted();
    await sleepUntil(context.clock, (held.attempt.startedAt ?? context.clock.now()) + runMs, signal);
    await requestStop(context, held.run.id, { cause: 'timeout', by: 'engine' });
  } catch {
    // Only the signal ends up here: the attempt is over, or we let go of it.
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

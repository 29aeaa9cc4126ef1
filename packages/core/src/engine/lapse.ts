import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { hasLease } from './has-lease.ts';
import type { Held } from './holdings.ts';
import { isMortal } from './place-of.ts';

/**
 * While our lease cannot be renewed somebody may adopt what we hold, and what runs inside this process can be ended by
 * nobody else: it is stopped once the lease has lapsed (DESIGN 3). Until aborted. Only for stores that are shared.
 */
export const stopWhenLapsed = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  const { clock, settings, exclusive, holdings } = context;
  while (!exclusive && !signal.aborted) {
    await clock.sleep(Math.floor(settings.leaseMs / 3), signal).catch(() => {});
    if (signal.aborted || hasLease(context)) continue;
    // What has no handle yet is fenced: it cannot start before that is written under our lease.
    for (const held of holdings.runs.values())
      if (held.attempt.handle && isMortal(context, held.attempt) && !held.lapsed) stopLapsed(context, held);
  }
};

/** Ends what runs inside this process for a run that is not ours any more. */
export const stopMortal = async (context: EngineContext, held: Held): Promise<void> => {
  const { handle, executor: name } = held.attempt;
  const executor = context.executors.get(name);
  if (!executor || !handle || !isMortal(context, held.attempt)) return;
  const { signal } = context.holdings.closing;
  await executor.stop(handle, { graceMs: held.job.spec.limits.graceMs, signal });
};

const stopLapsed = (context: EngineContext, held: Held): void => {
  held.lapsed = true;
  stopMortal(context, held).catch((error: unknown) =>
    reportFault(context, error, 'A function could not be stopped after the lease had lapsed.', held),
  );
};

import type { Attempt } from '../domain/run/run.ts';
import { openAttemptLog } from './attempt-log.ts';
import { keyOf } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { finishAttempt } from './finish.ts';
import { track } from './holdings.ts';
import { diedWithItsProcess } from './place-of.ts';

/** Seals and disposes of an attempt whose end was recorded by an instance that then went away. */
export const resumeEnding = (context: EngineContext, attempt: Attempt): void => {
  const { holdings } = context;
  const key = keyOf(attempt);
  const signal = holdings.closing.signal;
  if (holdings.ending.has(key)) return;
  holdings.ending.add(key);
  const end = async (): Promise<void> => {
    const run = await context.store.run(attempt.runId);
    if (!run) return;
    const log = openAttemptLog(context, { key, signal, onPhase: () => {} });
    try {
      const executor = context.executors.get(attempt.executor);
      if (attempt.state === 'ended' && attempt.handle && executor && !diedWithItsProcess(context, attempt))
        log.copy(executor, attempt.handle, { follow: false });
      await finishAttempt(context, { run, attempt, signal }, log);
    } finally {
      await log.close();
    }
  };
  const report = (error: unknown): void => {
    if (!signal.aborted) reportFault(context, error, `The end of attempt ${key} could not be resumed.`);
  };
  track(
    holdings,
    end()
      .catch(report)
      .finally(() => holdings.ending.delete(key)),
  );
};

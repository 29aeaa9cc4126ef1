import type { Attempt } from '../domain/run/run.ts';
import { openAttemptLog } from './attempt-log.ts';
import { keyOf } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { finishAttempt } from './finish.ts';
import { diedWithItsProcess } from './place-of.ts';

/** Seals and disposes of an attempt whose end was recorded by an instance that then went away. Throws only at close. */
export const resumeEnding = async (context: EngineContext, attempt: Attempt): Promise<void> => {
  const { holdings } = context;
  const key = keyOf(attempt);
  const signal = holdings.closing.signal;
  holdings.ending.add(key);
  try {
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
  } finally {
    holdings.ending.delete(key);
  }
};

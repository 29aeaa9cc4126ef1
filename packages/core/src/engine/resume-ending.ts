import type { Attempt, Run } from '../domain/run/run.ts';
import type { Executor } from '../ports/executor.ts';
import { openAttemptLog } from './attempt-log.ts';
import { callbackSecrets } from './callback.ts';
import { keyOf } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { finishAttempt, stopUnproved } from './finish.ts';
import { type Masker, masker } from './masking/masker.ts';
import { diedWithItsProcess } from './place-of.ts';
import { untilAnswered } from './retry.ts';
import { secretValues } from './secrets.ts';

/** Seals and disposes of an attempt whose end was recorded by an instance that then went away. Throws only at close. */
export const resumeEnding = async (context: EngineContext, attempt: Attempt): Promise<void> => {
  const { holdings } = context;
  const key = keyOf(attempt);
  const signal = holdings.closing.signal;
  try {
    const run = await untilAnswered(
      context.clock,
      signal,
      () => context.store.run(attempt.runId),
      (error) => reportFault(context, error, `The run of attempt ${key}, which is to be sealed, could not be read.`),
    );
    if (!run) return;
    const mask = masker();
    const owner = { key, epoch: run.leaseEpoch, signal, masker: mask, fresh: false, onPhase: () => {} };
    const log = openAttemptLog(context, owner);
    try {
      const ending = { run, attempt, masker: mask, signal };
      await stopUnproved(context, ending);
      const executor = context.executors.get(attempt.executor);
      if (attempt.state === 'ended' && attempt.handle && executor && !diedWithItsProcess(context, attempt))
        log.copy(() => readyToCopy(context, run, mask, executor), attempt.handle, { follow: false });
      await finishAttempt(context, ending, log);
    } finally {
      await log.close();
    }
  } finally {
    holdings.ending.delete(key);
  }
};

const readyToCopy = async (context: EngineContext, run: Run, mask: Masker, executor: Executor): Promise<Executor> => {
  const job = await context.store.jobAt(run.jobId, run.revision);
  if (job) mask.add(callbackSecrets(context, { job, run }).map(({ value }) => value));
  if (job) mask.add(await secretValues(context, { job, masker: mask }, context.holdings.closing.signal));
  return executor;
};

import { transition } from '../domain/run/transition.ts';
import type { Attempt, Run } from '../domain/run/run.ts';
import { openAttemptLog } from './attempt-log.ts';
import { attend } from './attend.ts';
import { keyOf } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { finishAttempt } from './finish.ts';
import { track } from './holdings.ts';

const batchSize = 200;

/**
 * Takes over what earlier instances left: their runs, and the ends of attempts that were not sealed or disposed.
 * Called at start; a run with a handle is waited for again, one without is prepared again with the same key.
 */
export const recover = async (context: EngineContext): Promise<void> => {
  await adoptRuns(context);
  for (const attempt of await context.store.unfinished(batchSize)) resumeEnding(context, attempt);
};

const adoptRuns = async (context: EngineContext): Promise<void> => {
  const { store, clock, exclusive, instance } = context;
  for (;;) {
    // Nobody else can have an exclusive store open: every lease of before is over.
    const leasesOver = exclusive ? Number.MAX_SAFE_INTEGER : clock.now();
    const found = await store.adoptable(instance, leasesOver, batchSize);
    let adopted = 0;
    for (const { run, attempt } of found) if (attempt && (await adopt(context, run, attempt))) adopted++;
    if (found.length < batchSize || adopted === 0) return;
  }
};

const adopt = async (context: EngineContext, run: Run, attempt: Attempt): Promise<boolean> => {
  const next = transition(run, { kind: 'adopt', instance: context.instance });
  const job = await context.store.jobAt(run.jobId, run.revision);
  if (!next || !job) return false;
  const [result] = await context.store.commit([
    [{ kind: 'run.write', run: next, expectEpoch: run.leaseEpoch, expectState: run.state }],
  ]);
  if (!result?.ok) return false;
  context.logger.info({ runId: run.id, jobId: run.jobId, attempt: run.attempt, instance: context.instance }, 'run adopted');
  attend(context, { run: next, attempt, job });
  return true;
};

const resumeEnding = (context: EngineContext, attempt: Attempt): void => {
  const { holdings } = context;
  const signal = holdings.closing.signal;
  const end = async (): Promise<void> => {
    const run = await context.store.run(attempt.runId);
    if (!run) return;
    const log = await openAttemptLog(context, { key: keyOf(attempt), signal, onPhase: () => {} });
    try {
      const executor = context.executors.get(attempt.executor);
      if (attempt.state === 'ended' && attempt.handle && executor) log.copy(executor, attempt.handle, { follow: false });
      await finishAttempt(context, { run, attempt, signal }, log);
    } finally {
      await log.close();
    }
  };
  const report = (error: unknown): void => {
    if (!signal.aborted) reportFault(context, error, `The end of attempt ${keyOf(attempt)} could not be resumed.`);
  };
  track(holdings, end().catch(report));
};

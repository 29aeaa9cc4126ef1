import { type EndedRun, expired } from '../domain/retention.ts';
import { attemptKey } from '../domain/run/run.ts';
import type { Change, RetainedJob } from '../ports/store.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { restEvery } from './slices.ts';

/** Most jobs have nothing to forget, and most of the others have much. */
const firstLook = 20;
const step = 200;
/** Of our own work on the host's event loop (DESIGN 3). */
const sliceMs = 5;

/**
 * Takes away what may be forgotten of one job, a bounded number of rows at each step. A run's logs go first: whoever is killed
 * in between finds the run again, and no log is left that no run leads to.
 */
export async function* pruneJob(
  context: EngineContext,
  { id: jobId, retention, removedAt }: RetainedJob,
  signal: AbortSignal,
): AsyncGenerator<void> {
  const { store, clock, wallClock, counters } = context;
  let after: number | null = null;
  for (let limit = firstLook; ; limit = step) {
    // A clock in doubt tells nobody's age.
    if (!wallClock.trusted()) return;
    const remains = await store.remains({ jobId, keep: retention.maxRuns, after, limit });
    const gone = expired(remains, { retention, removed: removedAt !== null, now: clock.now(), limit });
    const runs = await withoutLogs(context, gone.runs, signal);
    signal.throwIfAborted();
    const batches: Change[][] = runs.map(({ id }) => [{ kind: 'run.prune', id }]);
    if (gone.rowsBefore !== null) batches.push([{ kind: 'occurrence.prune', jobId, before: gone.rowsBefore }]);
    // Apart, since it seldom is there; before the job, which then is found no more.
    if (gone.job) batches.push([{ kind: 'document.remove', documentKind: 'failing', id: jobId }]);
    if (gone.job) batches.push([{ kind: 'job.forget', id: jobId }]);
    if (batches.length > 0) {
      const results = await store.commit(batches);
      counters.runsPruned += results.filter(({ ok }, i) => ok && i < runs.length).length;
    }
    if (!gone.more) return;
    after = remains.runs.at(-1)?.seq ?? after;
    yield;
  }
}

// One whose log cannot be removed now stays, and harms no other.
const withoutLogs = async (
  context: EngineContext,
  runs: readonly EndedRun[],
  signal: AbortSignal,
): Promise<EndedRun[]> => {
  const done: EndedRun[] = [];
  const rest = restEvery(context.clock, sliceMs);
  let fault: unknown = null;
  for (const run of runs) {
    signal.throwIfAborted();
    try {
      for (const { attempt } of run.attempts) await context.logStore.remove(attemptKey(run.id, attempt));
      done.push(run);
    } catch (error) {
      fault ??= error;
    }
    await rest();
  }
  if (done.length < runs.length)
    reportFault(
      context,
      fault,
      `The logs of ${runs.length - done.length} runs could not be removed now; they and their runs are kept until they can.`,
    );
  return done;
};

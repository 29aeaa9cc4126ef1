import type { Job } from '../domain/job/job.ts';
import { type Attempt, attemptKey, type Handle, type Run } from '../domain/run/run.ts';
import type { EngineContext } from './context.ts';

/** The handle of an attempt that costs nothing to make, so that it is recorded with the attempt's key. Null: `prepare` has work to do. */
export const reserve = (context: EngineContext, job: Job, { id, attempt, executor }: Run): Handle | null => {
  if (job.spec.sources.length > 0 || job.spec.secrets.length > 0) return null;
  return context.executors.get(executor)?.reserve?.(attemptKey(id, attempt), context.installation) ?? null;
};

/** The admission was not written, now or before: takes away what was made for it. */
export const giveBack = (context: EngineContext, { executor, handle }: Attempt): void => {
  if (!handle) return;
  const { signal } = new AbortController();
  context.executors
    .get(executor)
    ?.remove(handle, signal)
    .catch(() => {}); // inert, and unknown to the store: the sweeper's
};

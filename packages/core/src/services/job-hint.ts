import type { Job } from '../domain/job/job.ts';
import { mayHaveHint, startHint } from '../domain/run/start-hint.ts';
import type { EngineContext } from '../engine/context.ts';

/** What its last run that succeeded shows. A job that installs nothing costs no read. */
export const jobHint = async ({ store, executors }: EngineContext, { id, spec }: Job): Promise<string | null> => {
  if (!mayHaveHint(spec)) return null;
  const { items } = await store.runs({ jobId: id, states: ['succeeded'], limit: 1, descending: true });
  const [run] = items;
  if (!run) return null;
  const attempts = await store.attempts(run.id);
  return startHint(spec, attempts.at(-1), executors.get(spec.executor)?.images !== undefined);
};

import { isRunyardError } from '../domain/errors.ts';
import type { Job } from '../domain/job/job.ts';
import type { EngineContext } from '../engine/context.ts';
import type { JobActivity } from '../ports/store.ts';
import type { JobView } from './api.ts';

export const viewOf = async (context: EngineContext, job: Job, known?: Activities): Promise<JobView> => {
  const [view] = await viewsOf(context, [job], known);
  if (!view) throw new TypeError('one job gives one view');
  return view;
};

/**
 * The same of one that was just written: where its store is away since, what is known of it, since the change must not look like one that was
 * refused.
 */
export const viewOfWritten = (
  context: EngineContext,
  job: Job,
  known: Pick<JobView, 'nextFireAt'> & { activity?: Partial<JobActivity> },
): Promise<JobView> =>
  viewOf(context, job).catch((error: unknown) => {
    if (!isRunyardError(error) || error.code !== 'store-unavailable') throw error;
    return { ...job, nextFireAt: known.nextFireAt, activity: { ...idle, ...known.activity }, hint: null };
  });

type Activities = ReadonlyMap<string, JobActivity>;

export const viewsOf = async (
  { store }: EngineContext,
  jobs: readonly Job[],
  known?: Activities,
): Promise<JobView[]> => {
  if (jobs.length === 0) return [];
  const activity = known ?? (await store.activity(jobs.map(({ id }) => id)));
  const cursors = await Promise.all(jobs.map(({ id, spec }) => (spec.schedule ? store.cursor(id) : null)));
  return jobs.map((job, i) => ({
    ...job,
    activity: activity.get(job.id) ?? idle,
    hint: null,
    nextFireAt: job.pause || job.spec.schedule?.enabled === false ? null : (cursors[i]?.nextFireAt ?? null),
  }));
};

const idle: JobActivity = { active: 0, running: 0, stopping: 0, lastStartedAt: null, lastEnded: null };

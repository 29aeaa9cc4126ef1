import { unlessAborted } from '@runyard/core/executor-kit';
import { listAll } from './api/list-pages.ts';
import type { EventObject, JobObject, PodObject } from './api/objects.ts';
import { isAbsent, isRefusal } from './api/refusal.ts';
import type { Ground } from './ground.ts';
import type { K8sHandle } from './handle.ts';
import { labels, manager } from './manifest/names.ts';
import { paths } from './paths.ts';
import type { View } from './watch/view.ts';

/** What the API server says now of one attempt, asked for it alone. What it says is told to the mirror; that its Job is gone only once the place is sure. */
export const freshView = async (
  { api, mirror, namespace, place }: Pick<Ground, 'api' | 'mirror' | 'namespace' | 'place'>,
  { name, uid, place: own }: Pick<K8sHandle, 'name' | 'uid' | 'place'>,
  signal: AbortSignal,
): Promise<View> => {
  const job = await readJob({ api, namespace }, { name, uid }, signal);
  const pods = await listPods({ api, namespace }, `${controllerLabel}=${uid}`, signal);
  if (job === null) await place.verify(own, signal);
  if (job === null) mirror.takeGone('job', uid);
  else mirror.take('job', job);
  for (const pod of pods) mirror.take('pod', pod);
  return viewOf({ uid, job, pods });
};

/**
 * Tells the mirror the events that the namespace has now: what killed a pod that is gone is told by nothing else. They are a comfort, so that
 * nothing is lost where nobody may read them. One listing serves all who asked before it began.
 */
export const createEventReader = (
  { api, mirror, namespace }: Pick<Ground, 'api' | 'mirror' | 'namespace'>,
  signal: AbortSignal,
) => {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const read = async (): Promise<void> => {
    try {
      for (const event of await listAll<EventObject>({ api, path: paths(namespace).events, signal }))
        mirror.take('event', event);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  };
  const begin = (): Promise<void> => {
    next = null;
    const mine = read().finally(() => {
      if (running === mine) running = null;
    });
    running = mine;
    return mine;
  };
  return async (asking: AbortSignal): Promise<void> => {
    next ??= running === null ? begin() : running.then(begin, begin);
    const mine = next;
    if (running === mine) next = null;
    mine.catch(() => {});
    await unlessAborted(asking, mine);
  };
};

/** The label by which a Job's controller knows its pods. */
export const controllerLabel = 'batch.kubernetes.io/controller-uid';

/** null: there is no Job of that name with that uid. */
export const readJob = async (
  { api, namespace }: Pick<Ground, 'api' | 'namespace'>,
  { name, uid }: { name: string; uid?: string },
  signal: AbortSignal,
): Promise<JobObject | null> => {
  try {
    const job = await api.ask<JobObject>({ method: 'GET', path: paths(namespace).job(name), signal });
    return uid === undefined || job.metadata.uid === uid ? job : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
};

/** Everything of an installation that the namespace has now, as one view for each Job. */
export const freshViews = async (
  { api, namespace }: Pick<Ground, 'api' | 'namespace'>,
  installation: string,
  signal: AbortSignal,
): Promise<{ job: JobObject; view: View }[]> => {
  const selector = `${labels.managedBy}=${manager},${labels.installation}=${installation}`;
  // The Jobs first: a pod that is made meanwhile is then seen with its Job, and not the other way round.
  const jobs = await listAll<JobObject>({ api, path: paths(namespace).jobs, labelSelector: selector, signal });
  const pods = jobs.length === 0 ? [] : await listPods({ api, namespace }, selector, signal);
  const byJob = Map.groupBy(pods, ({ metadata }) => metadata.labels?.[controllerLabel] ?? '');
  return jobs.map((job) => {
    const { uid } = job.metadata;
    return { job, view: viewOf({ uid, job, pods: byJob.get(uid) ?? [] }) };
  });
};

export const listPods = (
  { api, namespace }: Pick<Ground, 'api' | 'namespace'>,
  selector: string,
  signal: AbortSignal,
): Promise<PodObject[]> => listAll<PodObject>({ api, path: paths(namespace).pods, labelSelector: selector, signal });

const viewOf = ({ uid, job, pods }: { uid: string; job: JobObject | null; pods: PodObject[] }): View => ({
  uid,
  job,
  jobGone: job === null,
  pods: pods.map((pod) => ({ pod, gone: false, deletedAt: null })),
  events: [],
});

import type { ContainerStatus, PodObject } from '../api/objects.ts';
import { isJobOver } from '../outcome/cause.ts';
import type { SeenPod, View } from '../watch/view.ts';

/** Whether there is a log of a container, and whether it grows. */
export type ContainerStage =
  | { stage: 'not-begun' }
  /** `since`: epoch ms. `doomed`: its pod will be gone soon, and the log with it. */
  | { stage: 'running'; pod: PodObject; since: number; doomed: boolean }
  | { stage: 'ended'; pod: PodObject; succeeded: boolean }
  /** Its pod is gone. `began`: there was a log. `unseen`: only its Job tells that there was a pod, which may stand in a list that has not been read yet. */
  | { stage: 'gone'; began: boolean; unseen?: true };

export const stageOf = (view: View, rank: number, container: string): ContainerStage => {
  const seen = view.pods.find(({ pod }) => rankOf(pod) === rank);
  if (seen === undefined)
    return hadPods(view.job) ? { stage: 'gone', began: container === 'job', unseen: true } : { stage: 'not-begun' };
  const { pod, gone } = seen;
  const state = statusOf(pod, container)?.state;
  const began = state?.running !== undefined || hasRun(state?.terminated);
  if (gone) return { stage: 'gone', began };
  if (!began) return { stage: 'not-begun' };
  if (state?.running !== undefined && pod.status?.phase !== 'Failed')
    return { stage: 'running', pod, since: Date.parse(state.running.startedAt ?? '') || 0, doomed: isDoomed(seen) };
  return { stage: 'ended', pod, succeeded: state?.terminated?.exitCode === 0 };
};

const hadPods = (job: View['job']): boolean =>
  isJobOver(job) && (job?.status?.failed ?? 0) + (job?.status?.succeeded ?? 0) > 0;

// One that never started is told as if it had been ended, with no instant at which it began.
const hasRun = (terminated: NonNullable<ContainerStatus['state']>['terminated']): boolean =>
  terminated !== undefined && (terminated.startedAt ?? '') !== '' && Date.parse(terminated.startedAt ?? '') > 0;

const isDoomed = ({ pod }: SeenPod): boolean => pod.metadata.deletionTimestamp !== undefined;

const statusOf = ({ status }: PodObject, name: string): ContainerStatus | undefined =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find((one) => one.name === name);

/** Of an Indexed Job's pod its completion index, of any other 0. */
export const rankOf = ({ metadata }: PodObject): number =>
  Number(
    metadata.labels?.['batch.kubernetes.io/job-completion-index'] ??
      metadata.annotations?.['batch.kubernetes.io/job-completion-index'] ??
      0,
  );

/** Ours, in the order in which they run. */
export const containers = ['source', 'job'] as const;

/** Whether the pod has such a container; true before there is a pod. */
export const hasContainer = (view: View, rank: number, name: string): boolean => {
  const spec = view.pods.find(({ pod }) => rankOf(pod) === rank)?.pod.spec;
  if (spec === undefined) return true;
  return [...(spec.initContainers ?? []), ...(spec.containers ?? [])].some((one) => one.name === name);
};

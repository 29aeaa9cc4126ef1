import type { Condition, ContainerStatus, PodObject, TerminatedState } from '../api/objects.ts';
import { containers, ourDeadlineSeconds } from '../manifest/inside.ts';
import type { View } from '../watch/view.ts';
import { toldOf } from './events.ts';
import { epoch } from './times.ts';

/** The container that runs the job's script, and the init container that fetches its sources, whatever else a pod template adds. */
export const { job: jobContainer, source: sourceContainer } = containers;

export const initStatuses = ({ status }: PodObject): readonly ContainerStatus[] => status?.initContainerStatuses ?? [];

export const mainStatuses = ({ status }: PodObject): readonly ContainerStatus[] => status?.containerStatuses ?? [];

export const jobStatus = (pod: PodObject): ContainerStatus | undefined =>
  mainStatuses(pod).find(({ name }) => name === jobContainer);

export const conditionOf = (pod: PodObject, type: string): Condition | undefined =>
  pod.status?.conditions?.find((condition) => condition.type === type);

/** The end that decides over a pod: of the init container that failed, else of `job`. */
export interface End {
  /** The name of the init container. */
  init?: string;
  ended: TerminatedState;
}

/**
 * undefined: it has none that was seen. What the kubelet only makes up for a container that it does not find is none. Where `job` has begun, all init containers
 * had done their work: those that run beside it (`restartPolicy: Always`) are ended when it has, and their exit codes say nothing.
 */
export const endOf = (pod: PodObject): End | undefined => {
  const own = realEnd(jobStatus(pod));
  if (own !== undefined) return { ended: own };
  const init =
    startOf(pod) === undefined &&
    initStatuses(pod).find((status) => !isSidecar(pod, status) && (realEnd(status)?.exitCode ?? 0) !== 0);
  const ended = init ? realEnd(init) : undefined;
  if (init && ended !== undefined) return { init: init.name, ended };
  const isMadeUp = jobStatus(pod)?.state?.terminated !== undefined;
  return pod.status?.phase === 'Succeeded' && !isMadeUp ? { ended: { exitCode: 0 } } : undefined;
};

// The kubelet ends it behind `job`, and starts it again when it ends before: its exit code says nothing of either.
const isSidecar = ({ spec }: PodObject, { name }: ContainerStatus): boolean =>
  spec.initContainers?.some((one) => one.name === name && one.restartPolicy === 'Always') ?? false;

const realEnd = (status: ContainerStatus | undefined): TerminatedState | undefined => {
  const ended = status?.state?.terminated;
  return ended?.reason === unknownStatus ? undefined : ended;
};

/** A container that the kubelet did not find: never started, or lost. */
const unknownStatus = 'ContainerStatusUnknown';

/** Epoch ms of the begin of the container `job`; undefined: it has not begun, as far as its pod tells. */
export const startOf = (pod: PodObject): number | undefined => {
  const status = jobStatus(pod);
  return (
    epoch(status?.state?.running?.startedAt) ??
    epoch(status?.state?.terminated?.startedAt) ??
    epoch(status?.lastState?.terminated?.startedAt)
  );
};

/** Whether the container `job` ever began. */
export const hasStarted = (pod: PodObject, view: View): boolean =>
  startOf(pod) !== undefined ||
  jobStatus(pod)?.lastState?.terminated !== undefined ||
  toldOf(view, pod.metadata.uid).some(({ reason, container }) => reason === 'Started' && container === jobContainer);

/** Its end was asked for by us: by a deletion, or by a deadline that only we set. */
export const isOurs = ({ spec }: PodObject, { stopping }: { stopping: boolean }): boolean =>
  stopping || spec.activeDeadlineSeconds === ourDeadlineSeconds;

/** The kubelet ended it, since it took longer than its own `activeDeadlineSeconds`. */
export const ranOutOfTime = ({ status }: Pick<PodObject, 'status'>): boolean => status?.reason === 'DeadlineExceeded';

/** Its container `job` has ended, and another main container runs on. */
export const lingers = (pod: PodObject): boolean =>
  jobStatus(pod)?.state?.terminated !== undefined &&
  pod.metadata.deletionTimestamp === undefined &&
  mainStatuses(pod).some(({ state }) => state?.running !== undefined);

/** The rank of a pod of an Indexed Job. */
export const rankOf = ({ metadata }: PodObject): number | null => {
  const index = metadata.annotations?.[indexKey] ?? metadata.labels?.[indexKey];
  return index !== undefined && /^\d+$/.test(index) ? Number(index) : null;
};

const indexKey = 'batch.kubernetes.io/job-completion-index';

import type { Container, ContainerState, Pod } from '../shared/objects.ts';

/** What a kubelet knows of one of its pods. */
export interface PodRun {
  /** As it was last heard of. */
  pod: Pod;
  /** Its folder on this machine. */
  readonly folder: string;
  readonly startedAt: number;
  readonly ip: string;
  /** Init containers first, in order. */
  readonly containers: readonly ContainerRun[];
  /** Its volumes are there, and containers can be started. */
  isReady: boolean;
  /** Why it is ended before its time, other than by a deletion. */
  ended: { reason: string; message: string } | null;
  /** All its containers are known to have stopped, and none is started any more. */
  isOver: boolean;
  /** Aborted when it is told to end. */
  readonly ending: AbortController;
  /** How long its containers get between TERM and KILL. */
  graceSeconds: number;
  /** Stop its running containers anew, with the grace as it is now. */
  readonly stops: Set<() => void>;
}

export interface ContainerRun {
  readonly spec: Container;
  readonly isInit: boolean;
  state: ContainerState;
  /** The engine's, once it has been created. */
  id: string | null;
  imageId: string;
}

export const fieldPathOf = ({ spec, isInit }: ContainerRun): string =>
  `spec.${isInit ? 'initContainers' : 'containers'}{${spec.name}}`;

/** What a container is said to wait for before anything is known of it. */
export const notYet = ({ spec }: Pod): ContainerState => ({
  waiting: { reason: spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating' },
});

/** Whether its init containers have all done their work. */
export const isInitialized = ({ containers }: PodRun): boolean =>
  containers.every(({ isInit, state }) => !isInit || state.terminated?.exitCode === 0);

export const podRunOf = (pod: Pod, { folder, ip }: { folder: string; ip: string }): PodRun => {
  const runOf =
    (isInit: boolean) =>
    (spec: Container): ContainerRun => ({ spec, isInit, state: notYet(pod), id: null, imageId: '' });
  return {
    ...{ pod, folder, startedAt: Date.now(), ip, isReady: false, ended: null, isOver: false },
    containers: [...(pod.spec.initContainers ?? []).map(runOf(true)), ...pod.spec.containers.map(runOf(false))],
    ending: new AbortController(),
    graceSeconds: 0,
    stops: new Set(),
  };
};

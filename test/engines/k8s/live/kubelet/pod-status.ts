import { setCondition } from '../shared/conditions.ts';
import type { Condition, ContainerStatus, PodStatus } from '../shared/objects.ts';
import { seconds } from '../shared/times.ts';
import { type ContainerRun, isInitialized, type PodRun } from './pod-run.ts';

/** What a kubelet says of a pod. */
export const podStatus = (run: PodRun, before: PodStatus): PodStatus => {
  const phase = phaseOf(run);
  const isTerminal = phase === 'Succeeded' || phase === 'Failed';
  const generation = run.pod.metadata.generation ?? 1;
  // It says how the pod has ended only when nothing of it runs any more.
  const told = run.isOver ? (isTerminal ? phase : 'Failed') : isTerminal ? before.phase : phase;
  return {
    ...before,
    observedGeneration: generation,
    phase: told,
    conditions: conditionsOf(run, phase)
      .map((condition) => ({ ...condition, observedGeneration: generation }))
      .reduce<Condition[]>(setCondition, inOrder(before.conditions)),
    ...(run.isOver && run.ended),
    ...{ hostIP: '127.0.0.1', hostIPs: [{ ip: '127.0.0.1' }] },
    ...(run.isReady && { podIP: run.ip, podIPs: [{ ip: run.ip }] }),
    startTime: seconds(run.startedAt),
    ...statusesOf(run),
  };
};

const phaseOf = ({ ended, containers, ...run }: PodRun): PodStatus['phase'] => {
  const init = containers.filter(({ isInit }) => isInit);
  const main = containers.filter(({ isInit }) => !isInit);
  if (ended || init.some(({ state }) => (state.terminated?.exitCode ?? 0) !== 0)) return 'Failed';
  if (!isInitialized({ ended, containers, ...run }) || main.some(({ state }) => state.waiting)) return 'Pending';
  if (main.some(({ state }) => state.running)) return 'Running';
  return main.every(({ state }) => state.terminated?.exitCode === 0) ? 'Succeeded' : 'Failed';
};

const conditionsOf = (run: PodRun, phase: PodStatus['phase']): Condition[] => {
  const ready = readiness(run, phase);
  return [
    { type: 'PodReadyToStartContainers', status: run.isReady && !run.isOver ? 'True' : 'False' },
    initialized(run, phase),
    { type: 'Ready', ...ready },
    { type: 'ContainersReady', ...ready },
    { type: 'PodScheduled', status: 'True' },
  ];
};

const initialized = (run: PodRun, phase: PodStatus['phase']): Condition => {
  if (isInitialized(run))
    return { type: 'Initialized', status: 'True', ...(phase === 'Succeeded' && { reason: 'PodCompleted' }) };
  const open = run.containers.filter(({ isInit, state }) => isInit && state.terminated?.exitCode !== 0);
  const message = `containers with incomplete status: ${names(open)}`;
  return { type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized', message };
};

const readiness = ({ containers }: PodRun, phase: PodStatus['phase']): Omit<Condition, 'type'> => {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const unready = containers.filter(({ isInit, state }) => !isInit && !state.running);
  if (unready.length === 0) return { status: 'True' };
  const message = `containers with unready status: ${names(unready)}`;
  return { status: 'False', reason: 'ContainersNotReady', message };
};

const names = (containers: readonly ContainerRun[]): string => `[${containers.map(({ spec }) => spec.name).join(' ')}]`;

// Those of the kubelet come first, and what is no longer so leaves no reason behind.
const inOrder = (conditions: readonly Condition[] = []): Condition[] => [
  ...kubeletConditions.flatMap((type) => conditions.find((condition) => condition.type === type) ?? []),
  ...conditions.filter(({ type }) => !kubeletConditions.includes(type)),
];

const kubeletConditions = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];

const statusesOf = (run: PodRun): Pick<PodStatus, 'initContainerStatuses' | 'containerStatuses'> => {
  const unknown = run.isOver ? lostContainers(run) : [];
  const [init, main] = [true, false].map((isInit) =>
    run.containers
      .filter((container) => container.isInit === isInit)
      .map((container) => statusOf(unknown.includes(container) ? { ...container, state: neverFound } : container)),
  );
  return { ...(init?.length && { initContainerStatuses: init }), containerStatuses: main ?? [] };
};

/** Of a pod that is over, those of which no end was seen, and that would have been next. */
const lostContainers = (run: PodRun): ContainerRun[] => {
  if (run.containers.some(({ isInit, state }) => isInit && (state.terminated?.exitCode ?? 0) !== 0)) return [];
  const open = run.containers.filter(({ state }) => !state.terminated);
  return isInitialized(run) ? open : open.slice(0, 1);
};

const neverFound = {
  terminated: {
    ...{ exitCode: 137, reason: 'ContainerStatusUnknown' },
    message: 'The container could not be located when the pod was terminated',
    ...{ startedAt: null, finishedAt: null },
  },
};

const statusOf = ({ spec, isInit, state, id, imageId }: ContainerRun): ContainerStatus => ({
  name: spec.name,
  state,
  lastState: {},
  ready: isInit ? state.terminated?.exitCode === 0 : state.running !== undefined,
  restartCount: 0,
  image: spec.image,
  imageID: id === null ? '' : imageId,
  ...(id !== null && { containerID: `docker://${id}` }),
  started: state.running !== undefined,
  ...(id !== null && spec.resources?.requests && { allocatedResources: spec.resources.requests }),
  ...(id !== null && { resources: spec.resources ?? {} }),
});

import type { Condition, ContainerStatus, EventObject, JobObject, ObjectMeta, PodObject } from '../api/objects.ts';

// Of each object only what this executor reads is kept, since there may be thousands. The compiler holds these lists to the types.

export const trimJob = ({ metadata, spec, status }: JobObject): JobObject => ({
  metadata: trimMeta(metadata),
  spec: pick(spec, jobSpec),
  ...(status && { status: { ...pick(status, jobStatus), ...conditionsOf(status) } }),
});

export const trimPod = ({ metadata, spec, status }: PodObject): PodObject => ({
  metadata: trimMeta(metadata),
  spec: {
    ...pick(spec, podSpec),
    ...namesOf('containers', spec.containers),
    ...namesOf('initContainers', spec.initContainers),
  },
  ...(status && {
    status: {
      ...pick(status, podStatus),
      ...conditionsOf(status),
      ...containersOf('initContainerStatuses', status.initContainerStatuses),
      ...containersOf('containerStatuses', status.containerStatuses),
    },
  }),
});

export const trimEvent = (event: EventObject): EventObject => ({
  ...pick(event, eventKeys),
  metadata: trimMeta(event.metadata),
  involvedObject: pick(event.involvedObject, involvedKeys),
});

type Keys<T> = { readonly [K in keyof Required<T>]: true };

const pick = <T extends object>(from: T, keys: Partial<Keys<T>>): T => {
  const picked: Partial<T> = {};
  for (const key in keys) {
    const value = from[key as unknown as keyof T];
    if (value !== undefined && value !== null) picked[key as unknown as keyof T] = value;
  }
  return picked as T;
};

const trimMeta = ({ annotations, ownerReferences, ...meta }: ObjectMeta): ObjectMeta => ({
  ...pick(meta, metaKeys),
  ...(annotations && { annotations: ourAnnotations(annotations) }),
  ...(ownerReferences && { ownerReferences: ownerReferences.map((each) => pick(each, ownerKeys)) }),
});

// Networks and tools of others write whole documents there.
const ourAnnotations = (annotations: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations).filter(([name]) => annotationPrefix.test(name)));

const annotationPrefix = /^(runyard\.dev|batch\.kubernetes\.io|kueue\.x-k8s\.io)\//;

const conditionsOf = ({ conditions }: { conditions?: Condition[] }) =>
  conditions ? { conditions: conditions.map((each) => pick(each, conditionKeys)) } : {};

const namesOf = (
  key: 'containers' | 'initContainers',
  list: readonly { name: string; restartPolicy?: string }[] | null | undefined,
) =>
  list ? { [key]: list.map(({ name, restartPolicy }) => ({ name, ...(restartPolicy && { restartPolicy }) })) } : {};

const containersOf = (
  key: 'initContainerStatuses' | 'containerStatuses',
  list: readonly ContainerStatus[] | undefined,
) => (list ? { [key]: list.map((each) => pick(each, containerKeys)) } : {});

const metaKeys = {
  name: true,
  namespace: true,
  uid: true,
  resourceVersion: true,
  generation: true,
  creationTimestamp: true,
  deletionTimestamp: true,
  deletionGracePeriodSeconds: true,
  labels: true,
  finalizers: true,
} as const satisfies Keys<Omit<ObjectMeta, 'annotations' | 'ownerReferences'>>;

const ownerKeys = {
  apiVersion: true,
  kind: true,
  name: true,
  uid: true,
  controller: true,
} as const satisfies Keys<NonNullable<ObjectMeta['ownerReferences']>[number]>;

const conditionKeys = {
  type: true,
  status: true,
  reason: true,
  message: true,
  lastTransitionTime: true,
} as const satisfies Keys<Condition>;

const jobSpec = {
  suspend: true,
  completions: true,
  completionMode: true,
  parallelism: true,
} as const satisfies Keys<JobObject['spec']>;

const jobStatus = {
  startTime: true,
  completionTime: true,
  active: true,
  ready: true,
  succeeded: true,
  failed: true,
  terminating: true,
  failedIndexes: true,
  completedIndexes: true,
} as const satisfies Keys<Omit<NonNullable<JobObject['status']>, 'conditions'>>;

const podSpec = {
  nodeName: true,
  activeDeadlineSeconds: true,
  terminationGracePeriodSeconds: true,
} as const satisfies Keys<Omit<PodObject['spec'], 'containers' | 'initContainers'>>;

const podStatus = {
  observedGeneration: true,
  phase: true,
  reason: true,
  message: true,
  startTime: true,
} as const satisfies Keys<
  Omit<NonNullable<PodObject['status']>, 'conditions' | 'initContainerStatuses' | 'containerStatuses'>
>;

const containerKeys = {
  name: true,
  image: true,
  imageID: true,
  containerID: true,
  restartCount: true,
  state: true,
  lastState: true,
} as const satisfies Keys<ContainerStatus>;

const eventKeys = {
  reason: true,
  message: true,
  type: true,
  count: true,
  firstTimestamp: true,
  lastTimestamp: true,
  eventTime: true,
} as const satisfies Keys<Omit<EventObject, 'metadata' | 'involvedObject'>>;

const involvedKeys = {
  kind: true,
  name: true,
  uid: true,
  fieldPath: true,
} as const satisfies Keys<EventObject['involvedObject']>;

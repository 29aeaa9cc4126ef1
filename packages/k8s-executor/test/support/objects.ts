import type {
  Condition,
  ContainerState,
  ContainerStatus,
  EventObject,
  JobObject,
  ObjectMeta,
  PodObject,
  TerminatedState,
} from '../../src/api/objects.ts';
import type { SeenPod, View } from '../../src/watch/view.ts';

// Objects as a cluster has them, of one attempt whose pod was made at 20:00:00 and whose container `job` began at 20:00:10.

/** `s` seconds after the pod was made. */
export const at = (s: number): number => Date.parse('2026-11-21T20:00:00Z') + s * 1000;
export const time = (s: number): string => new Date(at(s)).toISOString().replace('.000Z', 'Z');

const meta = (name: string, more: Partial<ObjectMeta> = {}): ObjectMeta => ({
  name,
  namespace: 'jobs',
  uid: `uid-of-${name}`,
  resourceVersion: '1',
  creationTimestamp: time(0),
  ...more,
});

export const condition = (type: string, reason: string, message = '', since = 0): Condition => ({
  type,
  status: 'True',
  reason,
  message,
  lastTransitionTime: time(since),
});

export interface JobParts {
  conditions?: Condition[];
  suspend?: boolean;
  /** Makes it Indexed. */
  completions?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  deleted?: boolean;
  started?: boolean;
}

export const aJob = (parts: JobParts = {}): JobObject => {
  const { conditions = [], suspend = false, completions, labels, annotations, deleted, started = !suspend } = parts;
  return {
    metadata: meta('train-1', {
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(deleted && { deletionTimestamp: time(20), deletionGracePeriodSeconds: 0 }),
    }),
    spec: { suspend, ...(completions !== undefined && { completions, completionMode: 'Indexed' }) },
    status: { conditions, ...(started && { startTime: time(0) }) },
  };
};

export const failed = (reason: string, message = '', since = 30): Condition[] => [
  condition('FailureTarget', reason, message, since),
  condition('Failed', reason, message, since),
];

export const complete = [
  condition('SuccessCriteriaMet', 'CompletionsReached'),
  condition('Complete', 'CompletionsReached'),
];

export const waits = (reason: string, message?: string): ContainerState => ({
  waiting: { reason, ...(message !== undefined && { message }) },
});

export const runs: ContainerState = { running: { startedAt: time(10) } };

export const ended = (exitCode: number, more: Partial<TerminatedState> = {}): ContainerState => ({
  terminated: {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: time(10),
    finishedAt: time(20),
    ...more,
  },
});

/** What the kubelet makes up for a container that it does not find. */
export const unknown = ended(137, {
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
  startedAt: null,
  finishedAt: null,
});

export interface PodParts {
  job?: ContainerState | null;
  source?: ContainerState;
  /** Of an init container that is restarted always. */
  sidecar?: ContainerState;
  /** Of another main container. */
  helper?: ContainerState;
  phase?: NonNullable<PodObject['status']>['phase'];
  reason?: string;
  message?: string;
  conditions?: Condition[];
  /** When its deletion was asked for, in seconds, with a grace of 30. */
  deletedAt?: number;
  node?: string | null;
  activeDeadlineSeconds?: number;
  /** Without our wrapper. */
  plain?: boolean;
  index?: number;
  name?: string;
  restartCount?: number;
  image?: string;
  lastState?: ContainerState;
  createdAt?: number;
}

export const aPod = (parts: PodParts = {}): PodObject => {
  const { source = ended(0, { finishedAt: time(9) }), node = 'node-a', deletedAt, index, createdAt = 0 } = parts;
  const annotations = {
    ...(!parts.plain && { 'runyard.dev/notes': '1' }),
    ...(index !== undefined && { 'batch.kubernetes.io/job-completion-index': String(index) }),
  };
  return {
    metadata: meta(parts.name ?? (index === undefined ? 'train-1-abcde' : `train-1-${index}-abcde`), {
      annotations,
      creationTimestamp: time(createdAt),
      ...(deletedAt !== undefined && { deletionTimestamp: time(deletedAt + 30), deletionGracePeriodSeconds: 30 }),
    }),
    spec: {
      ...(node !== null && { nodeName: node }),
      ...(parts.activeDeadlineSeconds !== undefined && { activeDeadlineSeconds: parts.activeDeadlineSeconds }),
      containers: [{ name: 'job' }, ...(parts.helper ? [{ name: 'helper' }] : [])],
      initContainers: [{ name: 'source' }, ...(parts.sidecar ? [{ name: 'proxy', restartPolicy: 'Always' }] : [])],
    },
    status: {
      phase: parts.phase ?? 'Running',
      startTime: time(createdAt),
      conditions: parts.conditions ?? [],
      ...(parts.reason !== undefined && { reason: parts.reason }),
      ...(parts.message !== undefined && { message: parts.message }),
      ...(parts.job !== null && {
        initContainerStatuses: [
          { name: 'source', state: source },
          ...(parts.sidecar ? [{ name: 'proxy', state: parts.sidecar }] : []),
        ],
        containerStatuses: [jobStatus(parts), ...(parts.helper ? [{ name: 'helper', state: parts.helper }] : [])],
      }),
    },
  };
};

const jobStatus = ({ job, image, restartCount = 0, lastState }: PodParts): ContainerStatus => ({
  name: 'job',
  image: image ?? 'reg.example/team/train:1',
  restartCount,
  ...(job && { state: job }),
  ...(lastState && { lastState }),
});

export interface EventParts {
  of?: JobObject | PodObject;
  container?: string;
  first?: number;
  last?: number;
  /** As the scheduler tells: without first and last. */
  eventTime?: number;
}

let events = 0;
export const anEvent = (reason: string, message = '', parts: EventParts = {}): EventObject => {
  const { of = aPod(), container, first = 5, last = first, eventTime } = parts;
  const times =
    eventTime === undefined
      ? { firstTimestamp: time(first), lastTimestamp: time(last), eventTime: null }
      : { firstTimestamp: null, lastTimestamp: null, eventTime: time(eventTime) };
  return {
    metadata: meta(`event-${++events}`),
    involvedObject: {
      kind: 'completionMode' in of.spec || 'suspend' in of.spec ? 'Job' : 'Pod',
      name: of.metadata.name,
      uid: of.metadata.uid,
      ...(container !== undefined && {
        fieldPath: container === 'source' ? `spec.initContainers{${container}}` : `spec.containers{${container}}`,
      }),
    },
    reason,
    message,
    ...times,
  };
};

export const seenPod = (pod: PodObject, more: Partial<SeenPod> = {}): SeenPod => ({
  pod,
  gone: false,
  deletedAt: null,
  ...more,
});

export interface ViewParts {
  job?: JobObject | null;
  jobGone?: boolean;
  pods?: (PodObject | SeenPod)[];
  events?: EventObject[];
}

export const aView = ({ job = aJob(), jobGone = false, pods = [], events: told = [] }: ViewParts = {}): View => ({
  uid: 'uid-of-train-1',
  job,
  jobGone,
  pods: pods.map((one) => ('pod' in one ? one : seenPod(one))),
  events: told,
});

/** The wrapper's note. */
export const note = (
  status: number,
  more: { signalled?: boolean; interrupted?: boolean; phase?: string; sentence?: string } = {},
) => {
  const { signalled = false, interrupted = false, phase = 'command', sentence } = more;
  const head = `\u001erunyard ${status} ${signalled ? 1 : 0} ${interrupted ? 1 : 0} ${phase}`;
  return sentence === undefined ? head : `${head}\n${sentence}\n`;
};

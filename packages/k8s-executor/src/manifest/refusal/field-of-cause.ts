import { isObject, type PlainObject } from '../plain-object.ts';

/**
 * The job's name for the field of which an API server says that it is wrong (`details.causes[].field`): `size` for
 * `spec.template.spec.containers[0].resources.limits[nvidia.com/gpu]`. With the object that was sent, volumes and containers are told apart by name. null: it is
 * nothing that a job or an option says.
 */
export const fieldOfCause = (path: string, sent?: unknown): string | null => {
  const parts = partsOf(path);
  const template = parts.findIndex((part, i) => part === 'template' && parts[i - 1] === 'spec');
  if (template === -1) return ofJob[parts.slice(0, 2).join('.')] ?? null;
  const [first, second, ...rest] = parts.slice(template + 1);
  if (first === 'metadata') return overlay([first, second, ...rest]);
  if (first !== 'spec' || second === undefined) return null;
  const item =
    rest[0] === undefined ? undefined : nameAt(sent, [...parts.slice(0, template + 1), 'spec', second, rest[0]]);
  if (second === 'containers' || second === 'initContainers') return ofContainer(second, rest, item);
  if (second === 'volumes') return (item && ofVolumes[item]) ?? overlay([first, second, ...rest]);
  return ofPod[second] ?? overlay([first, second, ...rest]);
};

// `a.b[0].c[x.y/z]` is `a b 0 c x.y/z`.
const partsOf = (path: string): string[] =>
  [...path.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map(([, bracketed, plain]) => bracketed ?? plain ?? '');

const overlay = (parts: readonly (string | undefined)[]): string =>
  ['executorOptions.podTemplate', ...parts.filter((part) => part !== undefined)].join('.');

const ofJob: Readonly<Record<string, string>> = {
  'spec.completions': 'scale',
  'spec.parallelism': 'scale',
  'spec.activeDeadlineSeconds': 'limits',
  'spec.ttlSecondsAfterFinished': 'k8sExecutor.ttlSecondsAfterFinished',
  'spec.schedule': 'schedule.cron',
  'spec.timeZone': 'schedule.timezone',
  'spec.devices': 'size',
  'metadata.namespace': 'k8sExecutor.namespace',
};

const ofPod: Readonly<Record<string, string>> = {
  runtimeClassName: 'executorOptions.runtimeClass',
  priorityClassName: 'executorOptions.priorityClass',
  serviceAccountName: 'executorOptions.serviceAccount',
  nodeSelector: 'executorOptions.nodeSelector',
  tolerations: 'executorOptions.tolerations',
  affinity: 'size',
  resourceClaims: 'size',
  terminationGracePeriodSeconds: 'limits.graceMs',
  imagePullSecrets: 'k8sExecutor.imagePullSecrets',
  securityContext: 'k8sExecutor.user',
  subdomain: 'scale',
};

const ofVolumes: Readonly<Record<string, string>> = {
  runyard: 'k8sExecutor.workspace',
  'runyard-shm': 'executorOptions.shmSize',
};

const ofContainer = (list: string, [index, field, ...rest]: readonly string[], name: string | undefined): string => {
  const isSource = name === undefined ? list === 'initContainers' : name === 'source';
  const isOther = name !== undefined && name !== 'job' && name !== 'source';
  if (isOther) return overlay(['spec', list, index, field, ...rest]);
  if (field === 'image') return isSource ? 'k8sExecutor.gitImage' : 'image';
  if (field === 'resources') return 'size';
  if (field === 'env') return 'env';
  return overlay(['spec', list, index, field, ...rest]);
};

// The name of the item at a path of what was sent.
const nameAt = (sent: unknown, path: readonly string[]): string | undefined => {
  const found = path.reduce<unknown>(
    (value, part) =>
      Array.isArray(value) ? value[Number(part)] : isObject(value) ? (value as PlainObject)[part] : undefined,
    sent,
  );
  return isObject(found) && typeof found.name === 'string' ? found.name : undefined;
};

/** The same for the words of admission, which name no field: an unknown runtime class and the like. */
export const fieldOfWords = (words: string): string | null =>
  known.find(({ pattern }) => pattern.test(words))?.field ?? null;

const known = [
  { pattern: /priority ?class/i, field: 'executorOptions.priorityClass' },
  { pattern: /runtime ?class/i, field: 'executorOptions.runtimeClass' },
  { pattern: /service ?account .*(not found|does not exist)/i, field: 'executorOptions.serviceAccount' },
  { pattern: /storage ?class/i, field: 'k8sExecutor.workspace' },
  { pattern: /local ?queue|kueue/i, field: 'executorOptions.queue' },
  { pattern: /exceeded quota|(maximum|minimum) \S+ usage per|must specify (limits|requests)/i, field: 'size' },
];

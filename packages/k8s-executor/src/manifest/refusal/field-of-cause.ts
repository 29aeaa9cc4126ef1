import { labelPrefixes, containers as ours } from '../inside.ts';
import { isObject, type PlainObject } from '../plain-object.ts';

/**
 * The job's name for the field of which an API server says that it is wrong (`details.causes[].field`): `size` for
 * `spec.template.spec.containers[0].resources.limits[nvidia.com/gpu]`. With the object that was sent, volumes and containers are told apart by name. null: it is
 * nothing that a job or an option says, as what this executor itself puts there.
 */
export const fieldOfCause = (path: string, sent?: unknown): string | null => {
  const parts = partsOf(path);
  const template = parts.findIndex((part, i) => part === 'template' && parts[i - 1] === 'spec');
  if (template === -1) return ofJob[parts.slice(0, 2).join('.')] ?? null;
  const [first, second, ...rest] = parts.slice(template + 1);
  const at = (...more: string[]): unknown => valueAt(sent, [...parts.slice(0, template + 1), ...more]);
  if (first === 'metadata') return hasOthers(at('metadata', second ?? '')) ? overlay([first, second, ...rest]) : null;
  if (first !== 'spec' || second === undefined) return null;
  const item = rest[0] === undefined ? undefined : nameOf(at('spec', second, rest[0]));
  if (second === 'containers' || second === 'initContainers') {
    const inner = nameOf(at('spec', second, ...rest.slice(0, 3)));
    return ofContainer(second, rest, { name: item, inner });
  }
  if (second === 'volumes' && isOurVolume(item)) return ofVolumes[item] ?? null;
  if (ofPod[second] === undefined && madeHere.pod.has(second)) return null;
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

interface Names {
  /** Of the container. */
  name: string | undefined;
  /** Of the item in one of its lists. */
  inner: string | undefined;
}

const ofContainer = (list: string, [index, field = '', ...rest]: readonly string[], names: Names): string | null => {
  const { name, inner } = names;
  const isSource = name === undefined ? list === 'initContainers' : name === ours.source;
  const isOther = name !== undefined && name !== ours.job && name !== ours.source;
  const inTemplate = overlay(['spec', list, index, field, ...rest]);
  if (isOther) return inTemplate;
  if (field === 'image') return isSource ? 'k8sExecutor.gitImage' : 'image';
  if (field === 'resources') return 'size';
  if (field === 'env') return 'env';
  if (madeHere.container.has(field) || (field === 'volumeMounts' && isOurVolume(inner))) return null;
  return inTemplate;
};

const isOurVolume = (name: string | undefined): name is string => name?.startsWith('runyard') ?? false;

// A template can set none of these, so nobody but this executor has.
const madeHere = {
  pod: new Set(['restartPolicy', 'activeDeadlineSeconds', 'hostname']),
  container: new Set(['name', 'command', 'args', 'workingDir', 'terminationMessagePath', 'terminationMessagePolicy']),
};

// Labels or annotations that a template must have brought. Of an object that is not at hand nobody knows.
const hasOthers = (labels: unknown): boolean =>
  !isObject(labels) || Object.keys(labels).some((label) => !labelPrefixes.some((prefix) => label.startsWith(prefix)));

const nameOf = (item: unknown): string | undefined =>
  isObject(item) && typeof item.name === 'string' ? item.name : undefined;

const valueAt = (sent: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, part) =>
      Array.isArray(value) ? value[Number(part)] : isObject(value) ? (value as PlainObject)[part] : undefined,
    sent,
  );

/** The same for the words of admission, which name no field: an unknown runtime class and the like. */
export const fieldOfWords = (words: string): string | null =>
  known.find(({ pattern }) => pattern.test(words))?.field ?? null;

const known = [
  { pattern: /priority ?class/i, field: 'executorOptions.priorityClass' },
  { pattern: /runtime ?class/i, field: 'executorOptions.runtimeClass' },
  { pattern: /service ?account .*(not found|does not exist)/i, field: 'executorOptions.serviceAccount' },
  { pattern: /storage ?class/i, field: 'k8sExecutor.workspace' },
  { pattern: /local ?queue|kueue/i, field: 'executorOptions.queue' },
  // Of each container that a quota limits so: no size says it.
  { pattern: /must specify (limits|requests)\.ephemeral-storage/i, field: 'k8sExecutor.podTemplate' },
  { pattern: /exceeded quota|(maximum|minimum) \S+ usage per|must specify (limits|requests)/i, field: 'size' },
];

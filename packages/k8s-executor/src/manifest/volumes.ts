import { memoryQuantity } from '../spec/quantities.ts';
import { inside } from './inside.ts';
import type { PlainObject } from './plain-object.ts';
import type { PodInput } from './pod-input.ts';

/** Every volume of the pod. Names that begin with `runyard` are ours. */
export const volumesOf = (input: PodInput): PlainObject[] =>
  partsOf(input).map(({ name, source }) => ({ name, ...source }));

/** What of them each container has, and where. */
export const mountsOf = (input: PodInput): { job: PlainObject[]; source: PlainObject[] } => {
  const parts = partsOf(input);
  const mounts = (container: 'job' | 'source') =>
    parts.flatMap(({ name, mounts: { [container]: mount } }) => (mount === undefined ? [] : [{ name, ...mount }]));
  return { job: mounts('job'), source: [...mounts('source'), ...passwdMount(input)] };
};

interface Part {
  name: string;
  /** The volume, but for its name. */
  source: PlainObject;
  mounts: { job?: PlainObject; source?: PlainObject };
}

const partsOf = (input: PodInput): Part[] => {
  const { secret, placesFiles } = input;
  const root = { mountPath: inside.root };
  const secretMount = { mountPath: inside.secret, readOnly: true };
  const tmp = { mountPath: '/tmp' };
  return [
    { name: 'runyard', source: workspaceVolume(input), mounts: { job: root, source: root } },
    { name: 'runyard-job', source: secret.job, mounts: { job: secretMount } },
    ...(secret.source === null
      ? []
      : [
          { name: 'runyard-source', source: secret.source, mounts: { source: secretMount } },
          { name: 'runyard-git', source: memoryVolume(), mounts: { source: tmp } },
        ]),
    ...(placesFiles
      ? [{ name: 'runyard-files', source: memoryVolume(), mounts: { job: { mountPath: inside.files } } }]
      : []),
    ...(isReadOnly(input) ? [{ name: 'runyard-tmp', source: { emptyDir: {} }, mounts: { job: tmp } }] : []),
    { name: 'runyard-shm', source: shmVolume(input), mounts: { job: { mountPath: '/dev/shm' } } },
  ];
};

// A volume of its own ends with the pod, as an emptyDir does.
const workspaceVolume = ({ settings: { workspace } }: PodInput): PlainObject =>
  workspace.storageClass === undefined
    ? { emptyDir: workspace.size === undefined ? {} : { sizeLimit: memoryQuantity(workspace.size) } }
    : {
        ephemeral: {
          volumeClaimTemplate: {
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: workspace.storageClass,
              resources: { requests: { storage: memoryQuantity(workspace.size ?? 10 * 2 ** 30) } },
            },
          },
        },
      };

// What is in it is small, and counts as memory of its container.
const memoryVolume = (): PlainObject => ({ emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } });

const shmVolume = ({ spec: { wishes }, settings, size: { memoryBytes } }: PodInput): PlainObject => {
  const bytes = wishes.shmSize ?? Math.min(settings.shmSize ?? Math.floor(memoryBytes / 2), memoryBytes);
  return { emptyDir: { medium: 'Memory', sizeLimit: memoryQuantity(bytes) } };
};

const isReadOnly = ({ spec: { wishes }, settings }: PodInput): boolean => wishes.readOnlyRoot ?? settings.readOnlyRoot;

const passwdMount = ({ namesUser, secret }: PodInput): PlainObject[] =>
  namesUser && secret.source !== null
    ? [{ name: 'runyard-source', mountPath: '/etc/passwd', subPath: 'passwd', readOnly: true }]
    : [];

import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ClusterObjects } from '../../cluster.ts';
import type { Pod, Volume, VolumeOfFiles } from '../shared/objects.ts';
import { ConfigFault } from './config-fault.ts';
import { dataOf } from './data-of.ts';

/**
 * Lays a pod's volumes out as folders, by name. Those in memory lie in this machine's /dev/shm. Throws a `ConfigFault` in the kubelet's words for one that
 * cannot be set up yet; called again, it makes what is missing.
 */
export const layOutVolumes = (objects: ClusterObjects, pod: Pod, folders: VolumeFolders): Map<string, string> => {
  const paths = new Map<string, string>();
  for (const volume of pod.spec.volumes ?? []) {
    const path = folders.of(volume);
    if (!volume.emptyDir && !volume.ephemeral && !existsSync(join(path, '..data')))
      try {
        fill(path, filesOf(objects, pod, volume));
      } catch (error) {
        if (!(error instanceof ConfigFault)) throw error;
        throw new ConfigFault(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
      }
    const { fsGroup } = pod.spec.securityContext ?? {};
    if (fsGroup !== undefined) own(path, fsGroup, volume.emptyDir || volume.ephemeral ? 0o660 : 0o440);
    paths.set(volume.name, path);
  }
  return paths;
};

export interface VolumeFolders {
  /** Makes it the first time. */
  of(volume: Volume): string;
  remove(): void;
}

/** @param folder the pod's */
export const volumeFolders = (folder: string): VolumeFolders => {
  const made = new Map<string, string>();
  const make = ({ name, emptyDir }: Volume): string => {
    const path = emptyDir?.medium === 'Memory' ? mkdtempSync('/dev/shm/k8s-') : join(folder, 'volumes', name);
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o777);
    made.set(name, path);
    return path;
  };
  return {
    of: (volume) => made.get(volume.name) ?? make(volume),
    remove() {
      for (const path of made.values()) rmSync(path, { recursive: true, force: true });
      made.clear();
    },
  };
};

interface File {
  path: string;
  mode: number;
  bytes: Buffer;
}

const filesOf = (objects: ClusterObjects, { metadata: { namespace = '' } }: Pod, volume: Volume): File[] => {
  const { secret, configMap } = volume;
  if (!secret && !configMap) throw new ConfigFault('this stand-in does not know such volumes');
  const { items, defaultMode = 0o644, optional = false }: VolumeOfFiles = secret ?? configMap ?? {};
  const name = secret?.secretName ?? configMap?.name ?? '';
  const kind = secret ? 'secret' : 'configmap';
  const source = objects.get(secret ? 'secrets' : 'configmaps', namespace, name);
  if (!source && !optional) throw new ConfigFault(`${kind} "${name}" not found`);
  const data = source ? dataOf(source) : new Map<string, Buffer>();
  const wanted = items ?? [...data.keys()].map((key) => ({ key, path: key }));
  return wanted.flatMap(({ key, path, mode = defaultMode }: { key: string; path: string; mode?: number }) => {
    const bytes = data.get(key);
    if (bytes) return [{ path, mode, bytes }];
    if (optional) return [];
    throw new ConfigFault(`references non-existent ${kind === 'secret' ? 'secret' : 'config'} key: ${key}`);
  });
};

/** As the kubelet does it, so that all files change at once: a folder with the files, a link to it, and a link to each through that. */
const fill = (path: string, files: readonly File[]): void => {
  const data = '..2026_01_01_00_00_00.1';
  for (const { path: at, mode, bytes } of files) {
    const file = join(path, data, at);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    chmodSync(file, mode);
  }
  symlinkSync(data, join(path, '..data'));
  for (const top of new Set(files.map(({ path: at }) => at.split('/')[0] ?? at)))
    symlinkSync(join('..data', top), join(path, top));
};

/** Gives all of it to the group, which may do what the mask says. */
const own = (path: string, group: number, mask: number): void => {
  const { mode, uid } = lstatSync(path);
  if ((mode & 0o170000) === 0o120000) return;
  chownSync(path, uid, group);
  const isFolder = (mode & 0o170000) === 0o040000;
  chmodSync(path, (mode & 0o7777) | mask | (isFolder ? 0o2110 : 0));
  if (isFolder) for (const name of readdirSync(path)) own(join(path, name), group, mask);
};

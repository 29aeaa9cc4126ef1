import { chmodSync, existsSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import type Docker from 'dockerode';
import type { Container, Pod } from '../shared/objects.ts';
import { quantity } from '../shared/quantities.ts';
import { expand } from './expand.ts';
import type { KubeletParts } from './kubelet-parts.ts';
import type { ContainerRun, PodRun } from './pod-run.ts';

interface Given {
  run: PodRun;
  container: ContainerRun;
  environment: ReadonlyMap<string, string>;
  /** Of its volumes, by name. */
  volumes: ReadonlyMap<string, string>;
}

/** What the engine is asked to create. */
export const containerBody = (
  { label, images, hosts }: Pick<KubeletParts, 'label' | 'images' | 'hosts'>,
  given: Given,
): Docker.ContainerCreateOptions => {
  const { run, container, environment, volumes } = given;
  const { spec } = container;
  const { metadata, spec: pod } = run.pod;
  const words = (list: readonly string[]): string[] => list.map((word) => expand(word, environment));
  return {
    name: `k8s_${spec.name}_${metadata.name}_${metadata.namespace}_${metadata.uid}`,
    Image: images[spec.image] ?? spec.image,
    ...(spec.command && { Entrypoint: words(spec.command) }),
    ...((spec.command || spec.args) && { Cmd: words(spec.args ?? []) }),
    Env: [...environment].map(([name, value]) => `${name}=${value}`),
    ...(spec.workingDir && { WorkingDir: spec.workingDir }),
    ...userOf(run.pod, spec),
    Hostname: (pod.hostname ?? metadata.name).slice(0, 63),
    Labels: { [label]: '', 'io.kubernetes.pod.uid': metadata.uid },
    HostConfig: {
      NetworkMode: 'host',
      Mounts: [
        ...mountsOf(run.pod, spec, volumes),
        bind(hosts.fileOf(run.pod), '/etc/hosts'),
        bind(terminationLog(run, container), spec.terminationMessagePath ?? '/dev/termination-log'),
      ],
      Tmpfs: tmpfsOf(run.pod, spec),
      ...limitsOf(run.pod, spec),
    },
  };
};

const bind = (source: string, target: string, readOnly = false): Docker.MountSettings => ({
  ...{ Type: 'bind', Source: source, Target: target, ReadOnly: readOnly },
});

const mountsOf = (
  pod: Pod,
  { volumeMounts = [] }: Container,
  volumes: ReadonlyMap<string, string>,
): Docker.MountSettings[] =>
  volumeMounts.flatMap(({ name, mountPath, subPath, readOnly = false }) => {
    const source = volumes.get(name);
    if (source === undefined || isTmpfs(pod, name)) return [];
    const isSecret = pod.spec.volumes?.some((volume) => volume.name === name && (volume.secret || volume.configMap));
    return bind(subPath ? partOf(source, subPath) : source, mountPath, readOnly || Boolean(isSecret));
  });

// A folder that is not there yet is made as the volume itself is.
const partOf = (volume: string, subPath: string): string => {
  const path = join(volume, subPath);
  if (!existsSync(path)) mkdirSync(path, { recursive: true, mode: statSync(volume).mode & 0o7777 });
  return realpathSync(path);
};

// In memory and for one container alone: then the engine can keep its size, and counts it as the container's memory.
const isTmpfs = ({ spec }: Pod, name: string): boolean => {
  const volume = spec.volumes?.find((each) => each.name === name);
  const users = [...(spec.initContainers ?? []), ...spec.containers].filter(({ volumeMounts }) =>
    volumeMounts?.some((mount) => mount.name === name),
  );
  return volume?.emptyDir?.medium === 'Memory' && users.length === 1;
};

const tmpfsOf = (pod: Pod, { volumeMounts = [] }: Container): Record<string, string> =>
  Object.fromEntries(
    volumeMounts.flatMap(({ name, mountPath }) => {
      if (!isTmpfs(pod, name)) return [];
      const size = pod.spec.volumes?.find((volume) => volume.name === name)?.emptyDir?.sizeLimit;
      const group = pod.spec.securityContext?.fsGroup;
      const options = ['rw', 'exec', 'mode=777', size && `size=${quantity(size)}`, group && `gid=${group}`];
      return [[mountPath, options.filter(Boolean).join(',')]];
    }),
  );

const userOf = ({ spec: { securityContext } }: Pod, container: Container): { User?: string } => {
  const { runAsUser, runAsGroup } = { ...securityContext, ...container.securityContext };
  if (runAsUser === undefined) return {};
  return { User: runAsGroup === undefined ? String(runAsUser) : `${runAsUser}:${runAsGroup}` };
};

const limitsOf = ({ spec: { securityContext } }: Pod, container: Container): Docker.HostConfig => {
  const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = container.securityContext ?? {};
  const { memory, cpu } = container.resources?.limits ?? {};
  const groups = [securityContext?.fsGroup, ...(securityContext?.supplementalGroups ?? [])].filter(
    (id) => id !== undefined,
  );
  return {
    ...(readOnlyRootFilesystem && { ReadonlyRootfs: true }),
    ...(allowPrivilegeEscalation === false && { SecurityOpt: ['no-new-privileges'] }),
    ...(capabilities?.add && { CapAdd: capabilities.add }),
    ...(capabilities?.drop && { CapDrop: capabilities.drop }),
    ...(groups.length > 0 && { GroupAdd: groups.map(String) }),
    ...(memory && { Memory: quantity(memory), MemorySwap: quantity(memory) }),
    // The engine refuses more cores than there are.
    ...(cpu && { NanoCpus: Math.round(Math.min(quantity(cpu), cpus().length) * 1e9) }),
  };
};

/** The file that a container writes its last words to. */
export const terminationLog = ({ folder }: PodRun, { spec }: ContainerRun): string => {
  const file = join(folder, 'containers', spec.name, 'termination-log');
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    chmodSync(file, 0o666);
  }
  return file;
};

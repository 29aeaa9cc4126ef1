import type { Launch } from '@runyard/core';
import type { HeldGpus } from '../gpus/gpus-of.ts';
import { probeLabel } from '../gpus/probe-tool.ts';
import { type ImageUsed, labels } from '../handle.ts';
import { endSignal, inside } from '../inside.ts';
import type { Settings } from '../options.ts';
import type { DockerSpec } from '../spec/docker-spec.ts';
import { mountsFor } from '../spec/mounts.ts';
import { softAndHard } from '../spec/quantities.ts';
import { wrapper } from '../start/wrapper.ts';

export interface BodyInput {
  launch: Launch;
  spec: DockerSpec;
  settings: Settings;
  image: ImageUsed;
  gpus: HeldGpus;
  volume: string;
  /** The container gets its script as an argument, and its volume is left empty. */
  inline: boolean;
}

/** The body of `POST /containers/create` for an attempt. */
export const createBody = (input: BodyInput): object => {
  const { launch, spec, settings, image, gpus, volume } = input;
  const { secrets } = launch;
  const user = spec.wishes.user ?? settings.user;
  const marks = labelsOf(launch, image, volume);
  return {
    Image: image.id,
    ...commandOf(input),
    // The image's own would reach a wrapper that does not know it.
    StopSignal: `SIG${endSignal}`,
    Healthcheck: { Test: ['NONE'] },
    WorkingDir: inside.workspace,
    Env: Object.entries(environmentOf(launch, gpus.env)).map(([name, value]) => `${name}=${value}`),
    Labels: marks,
    ...(user !== undefined && { User: user }),
    AttachStdout: false,
    AttachStderr: false,
    // Secrets come this way; without them there is no stdin at all.
    ...(secrets.length > 0 && { AttachStdin: true, OpenStdin: true, StdinOnce: true }),
    HostConfig: {
      ...limits(launch, spec, settings),
      ...rights(spec, settings),
      Tmpfs: inMemory(launch, spec, settings),
      NetworkMode: spec.wishes.network ?? settings.network ?? 'default',
      Mounts: [
        { Type: 'volume', Source: volume, Target: inside.root, VolumeOptions: { NoCopy: true, Labels: marks } },
        ...mountsFor(spec.wishes, spec.owner, settings),
      ],
      LogConfig: { Type: 'local', Config: logConfig(settings) },
      RestartPolicy: { Name: 'no' },
      AutoRemove: false,
      // Signals reach the wrapper itself, and none of the job's do.
      Init: false,
      ...gpus.hostConfig,
    },
  };
};

const commandOf = ({ launch: { script, secrets }, inline }: BodyInput): { Entrypoint: string[]; Cmd: string[] } => {
  const words = [script.shell === 'bash' ? 'bash' : '/bin/sh', secrets.length > 0 ? 'secrets' : 'plain'];
  return inline
    ? { Entrypoint: ['/bin/sh', '-c', wrapper, 'wrapper'], Cmd: [...words, script.text] }
    : { Entrypoint: ['/bin/sh', inside.wrapper], Cmd: words };
};

const labelsOf = ({ installation, key, gpus }: Launch, image: ImageUsed, volume: string): Record<string, string> => ({
  [labels.installation]: installation,
  [labels.key]: key,
  [labels.version]: '1',
  [labels.volume]: volume,
  [labels.image]: JSON.stringify(image),
  // Also where there are none: what a container does not say, its image says for it.
  [labels.gpus]: gpus.join(','),
  [probeLabel]: '',
});

// All but the secrets. The job's own values win over the folders that it has for itself.
const environmentOf = ({ key }: Launch, env: Readonly<Record<string, string>>): Record<string, string> => ({
  HOME: inside.home,
  TMPDIR: inside.tmp,
  ...env,
  RUNYARD_ATTEMPT: key,
  RUNYARD_PHASE_FILE: `${inside.state}/phase`,
  RUNYARD_SCRATCH_DIR: inside.scratch,
});

const limits = ({ size }: Launch, { wishes }: DockerSpec, settings: Settings): object => ({
  NanoCpus: Math.round(size.cpu * 1e9),
  Memory: size.memoryBytes,
  // Memory and swap together: no swap.
  MemorySwap: size.memoryBytes,
  ShmSize: wishes.shmSize ?? Math.min(settings.shmSize ?? Math.floor(size.memoryBytes / 2), size.memoryBytes),
  ...(settings.pidsLimit !== null && { PidsLimit: settings.pidsLimit }),
  Ulimits: Object.entries({ ...settings.ulimits, ...wishes.ulimits }).flatMap(([Name, limit]) => {
    if (limit === undefined) return [];
    const { soft, hard } = softAndHard(limit);
    return [{ Name, Soft: soft, Hard: hard }];
  }),
});

const rights = (spec: DockerSpec, settings: Settings): object => ({
  Privileged: false,
  ReadonlyRootfs: isReadOnly(spec, settings),
  CapDrop: settings.capDrop,
  CapAdd: settings.capAdd,
  ...(settings.noNewPrivileges && { SecurityOpt: ['no-new-privileges'] }),
});

const isReadOnly = ({ wishes }: DockerSpec, settings: Settings): boolean =>
  wishes.readOnlyRoot ?? settings.readOnlyRoot;

// Whoever the job's user is writes the files of its secrets; there is no other in the container.
const inMemory = ({ secrets }: Launch, spec: DockerSpec, settings: Settings): Record<string, string> => ({
  ...(isReadOnly(spec, settings) && {
    '/tmp': 'rw,exec,nosuid,nodev,mode=1777',
    '/run': 'rw,nosuid,nodev,mode=755',
  }),
  ...(secrets.some(({ type }) => type === 'file') && { [inside.files]: 'rw,noexec,nosuid,nodev,mode=1777,size=64m' }),
});

// The driver `local` keeps every byte as it came, where `json-file` replaces what is no UTF-8. Two files, of which the older is
// forgotten when the younger is full.
const logConfig = ({ logSize }: Settings): Record<string, string> => ({
  'max-size': String(Math.ceil(logSize / 2)),
  'max-file': '2',
  compress: 'false',
});

import type { GpuOption, MemoryQuantity } from '@runyard/core/executor-kit';
import { parseWith } from '@runyard/core/executor-kit';
import { z } from 'zod';
import type { DockerClient } from './engine/client.ts';
import type { PullPolicy } from './images/ensure-image.ts';
import type { RegistryAuth } from './images/registry-auth.ts';
import { memory, ulimitSchema } from './spec/quantities.ts';

/** What every option of `dockerExecutor` may be. All of them may be left out. */
export interface DockerExecutorOptions {
  /** A dockerode instance. Default: one made from `host`, or as the docker command finds its engine. */
  docker?: DockerClient;
  /**
   * Where the engine listens: `unix:///var/run/docker.sock`, `tcp://10.0.0.2:2376`, `ssh://user@machine`. Default: the environment's
   * DOCKER_HOST, else the docker context that is in use, else the default socket.
   */
  host?: string;
  /** Folder with `ca.pem`, `cert.pem` and `key.pem` for TLS. Default with `host` absent: DOCKER_CERT_PATH, or those of the context. */
  certPath?: string;
  /** The executor's name in messages. Default `docker`. */
  name?: string;
  /** When images are pulled: `missing` (the default), `always` or `never`. */
  pull?: PullPolicy;
  /** With what registries let one in, by registry: `docker.io`, `registry.example:5000`. A function is asked at each pull. Default: none. */
  registryAuth?: RegistryAuth;
  /** The network of image builds, such as `host`. Default: the engine's own. */
  buildNetwork?: string;
  /**
   * The GPUs that jobs get: those that are found on the engine's machine (`auto`, the default), none, or exactly these. None with capacity
   * `unlimited`, where nothing is counted.
   */
  gpus?: GpuOption;
  /** An image on the engine that has `sh`, with which the GPUs of an engine elsewhere are looked for. Default: they are known by their CDI names only. */
  gpuProbeImage?: string;
  /** Keeps off a GPU as long as a program that is not ours computes on it. Default false. */
  avoidForeign?: boolean;
  /** Image of jobs that name none. Without it such a job is refused at save. */
  image?: string;
  /** Network of jobs that ask for none. Default: the engine's own default, which is `bridge` unless it was set up otherwise. */
  network?: string;
  /** Networks that jobs may ask for besides (`executorOptions.network`). `host` gives a job the host's network, and must stand here to be had. */
  networks?: readonly string[];
  /** `uid`, `uid:gid` or a name in the image, for jobs that ask for none. Default: the image's. */
  user?: string;
  /** Users that jobs may ask for (`executorOptions.user`). Default: any, unless `user` is given; then none. */
  users?: readonly string[];
  /**
   * The root file system cannot be written; the workspace, the home and /tmp can. Default true. A job with apt packages needs false,
   * and `capAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'SETGID', 'SETUID']`.
   */
  readOnlyRoot?: boolean;
  /** Jobs may say `executorOptions.readOnlyRoot: false`. Default false. */
  allowWritableRoot?: boolean;
  /** Default `['ALL']`. */
  capDrop?: readonly string[];
  /** Default none. */
  capAdd?: readonly string[];
  /** No process gets more rights than its parent has, by setuid or otherwise. Default true. */
  noNewPrivileges?: boolean;
  /** Processes and threads of one container. Default 4096; null: as many as the engine lets it have. */
  pidsLimit?: number | null;
  /** Size of /dev/shm, in bytes or as `64Mi`. Default: half of the job's memory; it counts as memory of the job. */
  shmSize?: MemoryQuantity;
  /** Default: the engine's. */
  ulimits?: Readonly<Record<string, UlimitInput>>;
  /** What jobs may mount, and nothing else (`executorOptions.mounts`). Default nothing. */
  mounts?: readonly AllowedMount[];
  /** What runs here may use together: all of the engine's machine (the default), any amount, or so many cores and bytes. */
  capacity?: 'machine' | 'unlimited' | { cpu: number; memory: MemoryQuantity };
  /** How large the engine's copy of an attempt's output may grow before it forgets the oldest half. Default 512Mi; at least 128Mi. */
  logSize?: MemoryQuantity;
}

/** A number is both the soft and the hard limit; -1 is none. */
export type UlimitInput = number | { soft: number; hard: number };

export interface AllowedMount {
  /** An absolute path on the engine's machine, exactly as jobs write it, or a volume's name. */
  source: string;
  /** Jobs may call it by this instead. */
  name?: string;
  /** Only to be read. Default true. */
  readOnly?: boolean;
  /** Whose jobs may have it: `user:<id>`, `group:<id>`. Default everybody's; must be said where the Docker socket can be reached through it. */
  owners?: readonly string[];
}

const text = z.string().min(1);

const optionsSchema = z.strictObject({
  docker: z
    .custom<DockerClient>(
      (value) => typeof (value as DockerClient)?.modem?.dial === 'function',
      'expected a dockerode instance',
    )
    .optional(),
  host: text.optional(),
  certPath: text.optional(),
  name: text.default('docker'),
  pull: z.enum(['always', 'missing', 'never']).default('missing'),
  registryAuth: z
    .custom<RegistryAuth>((value) => typeof value === 'object' && value !== null, 'expected an object')
    .optional(),
  buildNetwork: text.optional(),
  // What is in such a list its reader judges.
  gpus: z
    .custom<GpuOption>(
      (value) => value === 'auto' || value === 'none' || Array.isArray(value),
      "expected 'auto', 'none' or a list of devices",
    )
    .default('auto'),
  gpuProbeImage: text.optional(),
  avoidForeign: z.boolean().default(false),
  image: text.optional(),
  network: text.optional(),
  networks: z.array(text).default([]),
  user: text.optional(),
  users: z.array(text).optional(),
  readOnlyRoot: z.boolean().default(true),
  allowWritableRoot: z.boolean().default(false),
  capDrop: z.array(text).default(['ALL']),
  capAdd: z.array(text).default([]),
  noNewPrivileges: z.boolean().default(true),
  pidsLimit: z.number().int().positive().nullable().default(4096),
  shmSize: memory.optional(),
  ulimits: z.record(text, ulimitSchema).default({}),
  mounts: z
    .array(
      z.strictObject({
        source: text,
        name: text.optional(),
        readOnly: z.boolean().default(true),
        owners: z.array(text).optional(),
      }),
    )
    .default([]),
  capacity: z
    .union([z.literal(['machine', 'unlimited']), z.strictObject({ cpu: z.number().positive(), memory })])
    .default('machine'),
  logSize: memory.default(512 * 2 ** 20),
});

/** Every default filled in. */
export type Settings = z.output<typeof optionsSchema>;

export const parseOptions = (options: DockerExecutorOptions): Settings =>
  parseWith(optionsSchema, options, { code: 'invalid-option', root: 'dockerExecutor' });

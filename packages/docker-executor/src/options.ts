import type { GpuOption, MemoryQuantity } from '@runyard/core/executor-kit';
import { parseWith } from '@runyard/core/executor-kit';
import { z } from 'zod';
import type { DockerClient } from './engine/client.ts';
import type { PullPolicy } from './images/ensure-image.ts';
import type { FindCredential, RegistryAuth } from './images/registry-auth.ts';
import { isPath } from './spec/paths.ts';
import { memory, type UlimitInput, ulimitsSchema } from './spec/quantities.ts';

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
  /**
   * Finds the credential that a job names (`executorOptions.registryCredential`), which wins over `registryAuth`. Gets the job's owner and the
   * registry that it will be sent to; null: there is none of that name for that owner, or not for that registry. Asked at each pull.
   * Default: there are none, and a job that names one is refused at save.
   */
  registryCredential?: FindCredential;
  /** Builds of images: by jobs that say what theirs is built from, and by `runyard.images`. */
  builds?: BuildLimits;
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
  /** Size of /dev/shm, in bytes or as `64Mi`, at most the job's memory. Default: half of the job's memory; it counts as memory of the job. */
  shmSize?: MemoryQuantity;
  /** Also the most that jobs may ask for (`executorOptions.ulimits`), by the engine's names: `nofile`, `memlock`. Default: the engine's. */
  ulimits?: Readonly<Record<string, UlimitInput>>;
  /** What jobs may mount, and nothing else (`executorOptions.mounts`). Default nothing. */
  mounts?: readonly AllowedMount[];
  /** What runs here may use together: all of the engine's machine (the default), any amount, or so many cores and bytes. */
  capacity?: 'machine' | 'unlimited' | { cpu: number; memory: MemoryQuantity };
  /** How large the engine's copy of an attempt's output may grow before it forgets the oldest half. Default 512Mi; at least 128Mi. */
  logSize?: MemoryQuantity;
}

/** A build runs as root with the engine's usual rights, and what a job installs runs in it: these are its only bounds. */
export interface BuildLimits {
  /** Whose jobs may build: all (true, the default), none, or those of `user:<id>`, `group:<id>`; and who of them may build without a job. The host itself (`runyard.images`) and admins always may. */
  allow?: boolean | readonly string[];
  /** Cores of one build. Default: those of the engine's machine. */
  cpu?: number;
  /** Memory of one build, without swap, in bytes or as `4Gi`. Default 4Gi. */
  memory?: MemoryQuantity;
  /** Such as `host` or `none`. Default: the option `network`, and without it the engine's own. */
  network?: string;
  /** A build that takes longer ends, and fails the start. Default 3,600,000 (one hour). */
  timeoutMs?: number;
}

/** A source may stand here more than once, each time for others. */
export interface AllowedMount {
  /** An absolute path on the engine's machine without `..` and `:`, or a volume's name; exactly as jobs write it. */
  source: string;
  /** Jobs may call it by this instead. */
  name?: string;
  /** Only to be read. Default true. */
  readOnly?: boolean;
  /** Jobs that only read it see also what is mounted below it, which the engine lets them write. Default false. */
  recursive?: boolean;
  /** Whose jobs may have it: `user:<id>`, `group:<id>`. Default everybody's; must be said where the Docker socket, or what the engine keeps, can be reached through it. */
  owners?: readonly string[];
}

const text = z.string().min(1);

// `/data/` is `/data`, so that what is forbidden of a folder is forbidden by each of its names.
const mountSource = text
  .refine(
    (source) => (isPath(source) ? isPlain(source) : /^[A-Za-z0-9][\w.-]*$/.test(source)),
    "expected an absolute path without '..', '.', '//' and ':', or the name of a volume",
  )
  .transform((source) => source.replace(/(?<=.)\/+$/, ''));

const isPlain = (path: string): boolean => !/:|\/\/|\/\.{1,2}(\/|$)/.test(path);

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
  registryCredential: z
    .custom<FindCredential>((value) => typeof value === 'function', 'expected a function')
    .optional(),
  builds: z
    .strictObject({
      allow: z.union([z.boolean(), z.array(text)]).default(true),
      cpu: z.number().positive().optional(),
      memory: memory.default(4 * 2 ** 30),
      network: text.optional(),
      timeoutMs: z.number().int().positive().default(3_600_000),
    })
    .prefault({}),
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
  ulimits: ulimitsSchema.default({}),
  mounts: z
    .array(
      z.strictObject({
        source: mountSource,
        name: text.optional(),
        readOnly: z.boolean().default(true),
        recursive: z.boolean().default(false),
        owners: z.array(text).optional(),
      }),
    )
    .default([]),
  capacity: z
    .union([z.literal(['machine', 'unlimited']), z.strictObject({ cpu: z.number().positive(), memory })])
    .default('machine'),
  logSize: memory.refine((bytes) => bytes >= 128 * 2 ** 20, 'expected at least 128Mi').default(512 * 2 ** 20),
});

/** Every default filled in. */
export type Settings = z.output<typeof optionsSchema>;

export const parseOptions = (options: DockerExecutorOptions): Settings =>
  parseWith(optionsSchema, options, { code: 'invalid-option', root: 'dockerExecutor' });

import { z } from 'zod';
import type { Authenticate } from '../access/directory/authenticator.ts';
import type { TokenRecord } from '../access/token.ts';
import { type EncryptionKey, type KeyRing, readKeyRing } from '../access/vault/key-ring.ts';
import { RunyardError } from '../domain/errors.ts';
import { defaults } from '../domain/job/defaults.ts';
import { type JobInput, jobSchema } from '../domain/job/job-schema.ts';
import { parseSizes, type SizeCatalogue, type SizeInput } from '../domain/job/parse-size.ts';
import { parseWith } from '../domain/job/parse-with.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { Executor } from '../ports/executor.ts';
import type { Logger, Provided } from '../ports/host.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { SecretProvider } from '../ports/secret-provider.ts';
import type { Source } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';
import { nameText } from './documents/texts.ts';
import type { Notify } from './webhooks/courier.ts';

/** Options of `createRunyard`; all have a default. No environment variable is read. */
export interface RunyardOptions {
  /** Made with mode 0700, and locked: one Runyard at a time. Default `./.runyard`. */
  dataDir?: string;
  /** Default `sqliteStore()`. */
  store?: Provided<Store>;
  /** Default `{ process: processExecutor() }`. */
  executors?: Readonly<Record<string, Provided<Executor>>>;
  /** For jobs that name none. Default: the first of `executors`. */
  defaultExecutor?: string;
  /** The catalogue of hardware. Default `small` (1 cpu, 1Gi) and `medium` (2 cpu, 4Gi). */
  sizes?: Readonly<Record<string, SizeInput>>;
  /** Default: that of the store, where it brings one, as `postgresStore()` does; else `fileLogStore()`. */
  logStore?: Provided<LogStore>;
  /** Default `gitSource()`. */
  source?: Provided<Source>;
  /** Where secrets and git credentials come from that are not kept here: `runyard.secrets` are looked at first. Default: there are no others. */
  secretProvider?: SecretProvider;
  /**
   * Keys of 32 random bytes, or their base64, that secrets are encrypted with in the store: with the first of them from now on; the others open what was
   * encrypted before. Keep them apart from the store. Default: there are none, and no secrets can be kept.
   */
  encryptionKeys?: readonly EncryptionKey[];
  /** What time it is, and what waits for it. Default: the system's; tests give the kit's `manualClock`. */
  clock?: Clock;
  /** Where ids, tokens and jitter come from. Default: the system's. */
  entropy?: Entropy;
  /** pino fits as it is. Default: silent. */
  logger?: Logger;
  /** Records made by `mintToken`; HTTP requests may then present these tokens. */
  tokens?: readonly TokenRecord[];
  /**
   * Tells who an HTTP request comes from; where it knows nobody, `tokens` are asked. With `directory`, whom it names is looked up there by his external id; and where it knows
   * nothing of a request (null), a token of the directory is good too.
   */
  authenticate?: Authenticate;
  /**
   * Keeps users, groups and their tokens in the store; requests may present those tokens. `firstAdmin` names the first one, who is made where the store
   * has no admin (default `admin`); his one-time token is in the file `first-admin-token` of `dataDir` until an admin has one that stays. Default: there
   * is no directory, and groups are what principals say they are in.
   */
  directory?: boolean | { firstAdmin?: string };
  /**
   * The address at which runs reach the HTTP API: what stands before `/jobs`, such as `https://ops.example.com/ops/api`. With it each attempt gets
   * `RUNYARD_URL` and, delivered and masked like a secret, `RUNYARD_TOKEN`, with which it can read and start its own job and cancel its own runs for as
   * long as it is active. Default: runs get neither.
   */
  publicUrl?: string;
  /** Lets anybody read `GET /metrics`, without a token: for scrapers inside one's own network. Default false: for admins, and for tokens of the host with the scope `metrics:read`. */
  publicMetrics?: boolean;
  /** How webhooks are sent; see `runyard.webhooks`. */
  webhooks?: {
    /**
     * Also to addresses of this machine, of its link and of private networks. Whoever may make a webhook can then make this host send requests there, and
     * read the beginning of the answers. Default false.
     */
    allowPrivate?: boolean;
    /** After so long a run that does not run yet is told of, ms, where a webhook does not say; and to `notify`. Default 15 min. */
    afterMs?: number;
  };
  /**
   * Is told of the same as webhooks, about the jobs of everybody, so that the host sends a mail or a message: `subject` and `lines` are ready for that.
   * One of the instances that share a store calls it, each of which is to have it. When it rejects, or takes longer than a minute, it is called
   * again later, as for webhooks; so it may be told of something twice, with the same `id`. Default: nobody is told.
   */
  notify?: Notify;
  /** How long the audit trail is kept, ms. Default 2 years. */
  auditMaxAgeMs?: number;
  /** For what a job does not say: `{ backoff: { limit: 2 }, limits: { runMs: 3_600_000 } }`. Default: the table `defaults`. */
  defaults?: Partial<JobInput>;
  limits?: {
    /** Launches (fetching, preparing, starting) in flight at once at each executor. Default 16. */
    launches?: number;
    /** Bytes of log kept per attempt. Default 64 MiB. */
    logCapBytes?: number;
    /** Bytes of an HTTP request's body. Default 1 MiB. */
    requestBodyBytes?: number;
  };
  /** How patient it is, ms. All have a default; longer ones find a failure later, shorter ones load the store more. */
  timings?: {
    /** How long this instance's lease lasts without renewal, on a store that is shared; renewed each third. Default 10 s. */
    leaseMs?: number;
    /** How long after the end of its process's lease a function's run is given up as lost. Default 30 s. */
    lostAfterMs?: number;
    /** How old what no one claims has to be before it is swept from a place. Default 60 s. */
    sweepGraceMs?: number;
    /** How long an executor may take to say which place it serves before it counts as silent. Default 5 s. */
    placeTimeoutMs?: number;
    /** How long the store may take to answer before a call is given up (and asked again, where it is the engine's). Default 10 s. */
    storeTimeoutMs?: number;
    /** An answer of the store that takes longer is slow: the engine says so, and what can wait rests. Default 1 s. */
    storeSlowMs?: number;
    /** How long a run that does not fit its place lets others pass; from then on it has its turn before those behind it. Default 10 min. */
    turnAfterMs?: number;
    /** How often a shared store is looked at where nothing was heard of it. Default 2 s. */
    pollMs?: number;
  };
  /** false: fires and launches nothing until `runyard.start()`. Default true. */
  autoStart?: boolean;
}

export type Timings = Required<NonNullable<RunyardOptions['timings']>>;

export interface ReadOptions {
  defaultExecutor: string;
  sizes: SizeCatalogue;
  authenticate: Authenticate | null;
  /** null: the host gave no keys. */
  keyRing: KeyRing | null;
  tokens: readonly TokenRecord[] | null;
  /** Without a slash at its end; null: none was given. */
  publicUrl: string | null;
  publicMetrics: boolean;
  auditMaxAgeMs: number;
  webhooks: { allowPrivate: boolean; afterMs: number };
  notify: Notify | null;
  /** null: there is none. */
  directory: { firstAdmin: string } | null;
  defaults: Partial<JobInput>;
  limits: { launches: number; logCapBytes: number; requestBodyBytes: number };
  timings: Timings;
  autoStart: boolean;
}

/** Checks what can be checked before anything is opened. Throws `invalid-option` with the field. */
export const readOptions = (options: RunyardOptions, executors: readonly string[]): ReadOptions => {
  const {
    limits = {},
    timings = {},
    publicUrl,
    publicMetrics = false,
    auditMaxAgeMs = defaults.auditMaxAgeMs,
    webhooks = {},
    autoStart = true,
  } = parseWith(plainSchema, plainPart(options), { code: 'invalid-option' });
  const defaultExecutor = options.defaultExecutor ?? executors[0];
  if (defaultExecutor === undefined || !executors.includes(defaultExecutor))
    throw new RunyardError(
      'invalid-option',
      `\`defaultExecutor\` is '${defaultExecutor}', which is not among \`executors\`: ${executors.join(', ')}.`,
      {
        field: 'defaultExecutor',
        expected: executors.join(', '),
        received: String(defaultExecutor),
      },
    );
  return {
    defaultExecutor,
    sizes: options.sizes ? parseSizes(options.sizes) : defaults.sizes,
    authenticate: options.authenticate ?? null,
    tokens: options.tokens ?? null,
    publicUrl: publicUrl?.replace(/\/+$/, '') ?? null,
    publicMetrics,
    auditMaxAgeMs,
    webhooks: {
      allowPrivate: webhooks.allowPrivate ?? false,
      afterMs: webhooks.afterMs ?? defaults.waitingAfterMs,
    },
    notify: options.notify ?? null,
    directory: readDirectory(options.directory),
    keyRing: readKeyRing(options.encryptionKeys),
    defaults: options.defaults ?? {},
    limits: {
      launches: limits.launches ?? defaults.launches,
      logCapBytes: limits.logCapBytes ?? defaults.logCapBytes,
      requestBodyBytes: limits.requestBodyBytes ?? defaults.requestBodyBytes,
    },
    timings: { ...defaults.timings, ...given(timings) },
    autoStart,
  };
};

const readDirectory = (given: RunyardOptions['directory'] = false): ReadOptions['directory'] => {
  if (given === false) return null;
  return { firstAdmin: (given === true ? undefined : given.firstAdmin) ?? 'admin' };
};

const given = (timings: { [K in keyof Timings]?: number | undefined }): Partial<Timings> =>
  Object.fromEntries(Object.entries(timings).filter(([, ms]) => ms !== undefined));

const known = [
  'dataDir',
  'store',
  'executors',
  'defaultExecutor',
  'sizes',
  'logStore',
  'source',
  'secretProvider',
  'encryptionKeys',
  'clock',
  'entropy',
  'logger',
  'tokens',
  'authenticate',
  'directory',
  'publicUrl',
  'publicMetrics',
  'webhooks',
  'notify',
  'auditMaxAgeMs',
  'defaults',
  'limits',
  'timings',
  'autoStart',
] as const satisfies (keyof RunyardOptions)[];

const isHttpUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return (
    url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.search}${url.hash}` === ''
  );
};

const positive = z.number().int().min(1).optional();
const anything = Object.fromEntries(known.map((name) => [name, z.unknown().optional()]));
const plainSchema = z.strictObject({
  ...anything,
  dataDir: z.string().min(1).optional(),
  directory: z.union([z.boolean(), z.strictObject({ firstAdmin: nameText.optional() })]).optional(),
  publicUrl: z
    .string()
    .max(2048)
    .refine(isHttpUrl, 'expected an address that begins with http:// or https://, without user, query or fragment')
    .optional(),
  publicMetrics: z.boolean().optional(),
  webhooks: z
    .strictObject({ allowPrivate: z.boolean().optional(), afterMs: z.number().int().min(60_000).optional() })
    .optional(),
  notify: z.custom((value) => typeof value === 'function', 'expected a function').optional(),
  auditMaxAgeMs: positive,
  defaults: jobSchema.partial().optional(),
  limits: z.strictObject({ launches: positive, logCapBytes: positive, requestBodyBytes: positive }).optional(),
  timings: z
    .strictObject({
      leaseMs: z.number().int().min(1000).optional(),
      lostAfterMs: z.number().int().min(0).optional(),
      sweepGraceMs: z.number().int().min(0).optional(),
      placeTimeoutMs: positive,
      storeTimeoutMs: positive,
      storeSlowMs: positive,
      turnAfterMs: z.number().int().min(0).optional(),
      pollMs: z.number().int().min(50).optional(),
    })
    .optional(),
  autoStart: z.boolean().optional(),
});

// Instances of classes are none of zod's business.
const plainPart = (options: RunyardOptions): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

import type { Authenticate } from '../access/directory/authenticator.ts';
import { knownPrincipal } from '../access/known-principal.ts';
import type { Principal } from '../access/principal.ts';
import type { Vault } from '../access/vault/vault.ts';
import { RunyardError } from '../domain/errors.ts';
import type { JobInput } from '../domain/job/job-schema.ts';
import { defaultSize } from '../domain/job/parse-job.ts';
import type { EngineContext } from '../engine/context.ts';
import type { Emitter } from '../engine/emitter.ts';
import type { Engine } from '../engine/engine.ts';
import type { RunyardEvents } from '../ports/events.ts';
import type { JobFunction } from '../ports/job-function.ts';
import type { MetricSource } from '../ports/metrics.ts';
import type { Services } from './api.ts';
import { createAudit } from './audit/audit.ts';
import { defineFunction } from './define-function.ts';
import { createGitCredentials } from './git-credentials/git-credentials.ts';
import type { ScanHost } from './git-credentials/scan-for-people.ts';
import { createGroups } from './groups/groups.ts';
import { readHealth } from './health.ts';
import { createImages } from './images.ts';
import { createJobs } from './jobs.ts';
import { keptAlive } from './kept-alive.ts';
import { lazily } from './lazily.ts';
import { createMetrics } from './metrics/metrics.ts';
import { hasClosed, openOnly } from './open-only.ts';
import { createOwners } from './owners/owners.ts';
import { readStats } from './read-stats.ts';
import type { RunWatcher } from './run-watch.ts';
import { createRuns } from './runs.ts';
import type { Runyard, RunyardListener } from './runyard.ts';
import { createSecrets } from './secrets/secrets.ts';
import { createTokens } from './tokens/tokens.ts';
import { createUsers } from './users/users.ts';
import { version } from './version.ts';
import { createWebhooks } from './webhooks/webhooks.ts';

export interface FacadeParts {
  context: EngineContext;
  engine: Engine;
  emitter: Emitter;
  watcher: RunWatcher;
  vault: Vault;
  metrics: MetricSource;
  scanHost: ScanHost;
  /** What executors are shown. */
  functions: Map<string, JobFunction>;
  defaultExecutor: string;
  jobDefaults: Partial<JobInput>;
  /** The host's own. */
  authenticate: Authenticate | null;
  authenticator(own: Authenticate | null, ofRoutes?: boolean): Authenticate | null;
  /** Somebody was given a token. */
  onMinted(): Promise<void>;
  bodyLimit: number;
  publicMetrics: boolean;
  /** As whom `runyard.jobs` and `runyard.runs` act. */
  principal: Principal;
  /** Closes what the composition root opened. */
  closeParts(): Promise<void>;
}

/** The object that users hold. */
export const createRunyardFacade = (parts: FacadeParts): Runyard => {
  const { context, engine, emitter, watcher, closeParts } = parts;
  const wrapped = new WeakMap<object, (event: never) => void>();
  const closing = new AbortController();
  let started: Promise<void> | null = null;
  let stopped: Promise<void> | null = null;
  let closed: Promise<void> | null = null;

  const open = <T extends object>(service: T): T => openOnly(service, () => closed !== null);
  const { defaultExecutor, jobDefaults, vault, onMinted } = parts;
  const servicesFor = lazily<Services, Asking>({
    jobs: ({ principal, again }) => open(createJobs({ context, principal, again, defaultExecutor, jobDefaults })),
    runs: ({ principal }) => open(createRuns(context, principal, watcher)),
    images: ({ principal }) => open(createImages({ context, principal, defaultExecutor, closing: closing.signal })),
    secrets: ({ principal }) => open(createSecrets({ context, principal, vault })),
    users: ({ principal }) => open(createUsers(context, principal)),
    groups: ({ principal }) => open(createGroups(context, principal)),
    tokens: ({ principal }) => open(createTokens({ context, principal, onMinted })),
    gitCredentials: ({ principal }) =>
      open(createGitCredentials({ context, principal, vault, scanHost: parts.scanHost })),
    webhooks: ({ principal }) => open(createWebhooks({ context, principal, vault })),
    audit: ({ principal }) => open(createAudit(context, principal)),
    metrics: ({ principal }) => open(createMetrics(parts.metrics, principal)),
  });

  const begin = (): Promise<void> => {
    if (closed) return Promise.reject(hasClosed());
    return stopped ? Promise.reject(hasStopped()) : keptAlive(() => engine.start());
  };

  const stopEngine = async ({ drain = false, timeoutMs }: Stopping): Promise<void> => {
    await started?.catch(() => {});
    await engine.stop({ drain, timeoutMs: timeoutMs ?? null });
  };

  const closeAll = async (options: Stopping): Promise<void> => {
    closing.abort(hasClosed());
    stopped ??= stopEngine(options);
    try {
      await stopped;
    } finally {
      watcher.close(hasClosed());
      await closeParts();
      emitter.clear();
    }
  };

  const runyard: Runyard = {
    ...whole(servicesFor({ principal: parts.principal })),
    as: (principal, again) => whole(servicesFor({ principal: knownPrincipal(principal, 'as(principal)'), again })),
    define: (name, job) => defineFunction(parts.functions, name, job),
    start: () => (started ??= begin()),
    stop: (options = {}) => (stopped ??= keptAlive(() => stopEngine(options))),
    close: (options = {}) => (closed ??= keptAlive(() => closeAll(options))),
    on: (name, listener) => {
      emitter.on(name, carrying(listener) as never);
      return runyard;
    },
    once: (name, listener) => {
      emitter.once(name, carrying(listener) as never);
      return runyard;
    },
    off: (name, listener) => {
      emitter.off(name, carrying(listener) as never);
      return runyard;
    },
    health: () => readHealth(context, closed !== null),
    stats: () => readStats(context),
    http: {
      authenticate: parts.authenticator(parts.authenticate),
      authenticateWith: (own) => parts.authenticator(own, true) ?? own,
      servicesFor: (principal, again) => servicesFor({ principal, again }),
      ownersFor: (principal) => createOwners(context, principal),
      directory: context.settings.directory,
      sizes: context.sizes,
      defaultSize: jobDefaults.size ?? defaultSize(context.sizes),
      get executors() {
        return [...context.executors].map(([name, { images }]) => ({ name, buildsImages: images !== undefined }));
      },
      defaultExecutor,
      bodyLimit: parts.bodyLimit,
      publicMetrics: parts.publicMetrics,
      version,
      now: () => context.clock.now(),
      monotonic: () => context.clock.monotonic(),
      sleep: (ms, signal) => context.clock.sleep(ms, signal),
      logger: context.logger,
    },
    [Symbol.asyncDispose]: () => runyard.close(),
  };

  // Every event tells whose it is. One listener is always the same one behind it, whichever event it is put on or taken off.
  const carrying = <K extends keyof RunyardEvents>(listener: RunyardListener<K>): ((event: never) => void) => {
    const known = wrapped.get(listener);
    if (known) return known;
    const own = (event: RunyardEvents[K]): void => listener({ ...event, runyard });
    wrapped.set(listener, own as (event: never) => void);
    return own as (event: never) => void;
  };

  return runyard;
};

interface Stopping {
  drain?: boolean;
  timeoutMs?: number;
}

interface Asking {
  principal: Principal;
  again?: (() => Promise<Principal>) | undefined;
}

// All of them, as a plain object, for code that takes it apart or makes another of it.
const whole = (services: Services): Services => {
  const { jobs, runs, images, secrets, users, groups, tokens, gitCredentials, webhooks, audit, metrics } = services;
  return { jobs, runs, images, secrets, users, groups, tokens, gitCredentials, webhooks, audit, metrics };
};

const hasStopped = (): RunyardError =>
  new RunyardError('closed', 'This Runyard was stopped and is not started again. Make another one.');

// A host in a process of its own, called over IPC, so that a test can kill it, and that can kill itself at a checkpoint.
import { writeFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { processExecutor } from '../../../packages/core/src/adapters/process-executor/process-executor.ts';
import { sqliteStore } from '../../../packages/core/src/adapters/sqlite-store/sqlite-store.ts';
import { systemClock } from '../../../packages/core/src/adapters/system-clock/system-clock.ts';
import { openRunyard } from '../../../packages/core/src/create-runyard.ts';
import { isRunyardError } from '../../../packages/core/src/domain/errors.ts';
import type { JobInput } from '../../../packages/core/src/domain/job/job-schema.ts';
import { activeStates } from '../../../packages/core/src/domain/run/run.ts';
import type { Checkpoint } from '../../../packages/core/src/engine/checkpoints.ts';
import type { Executor } from '../../../packages/core/src/ports/executor.ts';
import type { Host, Logger } from '../../../packages/core/src/ports/host.ts';
import type { Store } from '../../../packages/core/src/ports/store.ts';
import { postgresStore } from '../../../packages/postgres-store/src/index.ts';
import { awaitDisposed, readRecorded, untilTrue, wholeLog } from './read-back.ts';
import { cannotStart, type DockerSetup, type HostSetup, type K8sSetup, type News } from './setup.ts';
import { inStoreTime, storeClock } from './store-time.ts';

const setup = JSON.parse(process.argv[2] ?? '') as HostSetup;
const { storeTime, shared } = setup;
const database = setup.database && {
  connectionString: setup.database.url,
  schema: setup.database.schema,
  connection: { application_name: `host ${process.pid}` },
};

let dying: { at: Checkpoint; passes: number } | null = setup.dieAt && { at: setup.dieAt, passes: 1 };
let skewMs = 0;

const pass = (point: Checkpoint): void => {
  if (dying?.at !== point || --dying.passes > 0) return;
  process.kill(process.pid, 'SIGKILL');
};

const tell = (news: News): void => void process.send?.(news);

const quiet = (): void => {};
const logger: Logger = {
  debug: quiet,
  error: quiet,
  info(fields, message) {
    if (message === 'run adopted' && 'runId' in fields) tell({ news: 'adopted', runId: String(fields.runId) });
  },
  warn(fields, message) {
    if (/^another instance looks after/.test(message) && 'runId' in fields)
      tell({ news: 'lost', runId: String(fields.runId) });
  },
};

// Processes and their files live in real time.
const processes = (host: Host): Executor => {
  const real = processExecutor({ capacity: 'unlimited' })({ ...host, clock: systemClock() }) as Executor;
  return storeTime ? inStoreTime(real, storeTime) : real;
};

const onDocker = async ({ host, image, mounts, gpus }: DockerSetup): Promise<(host: Host) => Executor> => {
  const { dockerExecutor } = await import('../../../packages/docker-executor/src/index.ts');
  const allowed = Object.entries(mounts).map(([name, source]) => ({ source, name, readOnly: false }));
  return dockerExecutor({ host, image, network: 'none', mounts: allowed, gpus }) as (host: Host) => Executor;
};

// Without the Kubernetes client, which takes longer to load than all the rest.
const onKubernetes = async ({ server, token, namespace, image }: K8sSetup): Promise<(host: Host) => Executor> => {
  const { k8sExecutor } = await import('../../../packages/k8s-executor/src/index.ts');
  const kubeConfig = {
    getCurrentCluster: () => ({ server }),
    async applyToHTTPSOptions(options: RequestOptions): Promise<void> {
      options.headers = { Authorization: `Bearer ${token}` };
    },
  };
  return k8sExecutor({ kubeConfig, namespace, image, stopMarginMs: 2000 }) as (host: Host) => Executor;
};

let store: Store | null = null;
const scale = storeTime?.factor ?? 1;
tell({ news: 'opening' });
const runyard = await openRunyard(
  {
    dataDir: setup.dataDir,
    store: (host) => (store = database ? postgresStore(database)(host) : sqliteStore()(host)),
    executors: {
      process: processes,
      ...(setup.docker && { docker: await onDocker(setup.docker) }),
      ...(setup.k8s && { k8s: await onKubernetes(setup.k8s) }),
      ...(shared !== null && { shared: (host: Host) => processes({ ...host, dataDir: shared, place: 'shared' }) }),
    },
    ...(storeTime && { clock: storeClock(storeTime, () => skewMs) }),
    logger,
    ...(setup.sizes && { sizes: setup.sizes }),
    timings: {
      ...(setup.turnAfterMs !== undefined && { turnAfterMs: setup.turnAfterMs * scale }),
      leaseMs: setup.leaseMs * scale,
      lostAfterMs: 30_000 * scale,
      sweepGraceMs: 3_000 * scale,
      placeTimeoutMs: 5_000 * scale,
      storeTimeoutMs: 10_000 * scale,
      storeSlowMs: 1_000 * scale,
      pollMs: 500 * scale,
    },
  },
  pass,
).catch((error: unknown) => {
  // As a service whose database is away does; whoever started it starts it again.
  if (isRunyardError(error) && (error.code === 'store-unavailable' || error.code === 'data-dir-locked'))
    process.exit(cannotStart);
  throw error;
});
runyard.on('error', ({ error, sentence }) => {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
    tell({ news: 'fault', sentence: `${sentence} ${error.stack}` });
});

const calls = {
  /** Dies by SIGKILL when it passes the point for the n-th time from now. */
  async dieAt(at: Checkpoint, passes = 1): Promise<void> {
    dying = { at, passes };
  },
  async apply(jobs: JobInput[]): Promise<string[]> {
    return (await runyard.jobs.apply(jobs)).map(({ job }) => job.id);
  },
  /** The same run for the same key. */
  async start(jobId: string, key?: string): Promise<string> {
    return (await runyard.jobs.start(jobId, key === undefined ? {} : { idempotencyKey: key })).id;
  },
  /** Resolves once it runs. */
  async running(runId: string): Promise<void> {
    await untilTrue(30_000, async () => (await runyard.runs.get(runId)).state === 'running');
  },
  /** The run once it has ended and nothing is left of its attempts, with its log. */
  async outcome(runId: string) {
    const ended = await runyard.runs.wait(runId);
    await awaitDisposed(runyard, runId);
    return { run: ended, log: await wholeLog(runyard, runId) };
  },
  /** By how much the wall clock of this host is off from now on. */
  async setClock(offMs: number): Promise<void> {
    skewMs = offMs;
  },
  /** Everything that is recorded, into a file. */
  async record(file: string): Promise<void> {
    if (store) writeFileSync(file, JSON.stringify(await readRecorded(store, runyard)));
  },
  /** Resolves once every schedule is past this instant, or after the patience (real ms). */
  async accountFor(until: number, patienceMs: number): Promise<void> {
    await untilTrue(patienceMs, async () => {
      const { items } = await runyard.jobs.list({ limit: 1000 });
      return items.every(({ nextFireAt }) => nextFireAt === null || nextFireAt > until);
    });
  },
  async pauseAll(): Promise<void> {
    for (const { id } of (await runyard.jobs.list({ limit: 1000 })).items) await runyard.jobs.pause(id);
  },
  /** Resolves once no run is active and nothing of an attempt is left to do, at any host, or after the patience (real ms). */
  async quiet(patienceMs: number): Promise<void> {
    await untilTrue(patienceMs, async () => {
      const { items } = await runyard.runs.list({ states: [...activeStates], limit: 1 });
      return items.length === 0 && (await store?.unfinished(1))?.length === 0;
    });
  },
  async close(): Promise<void> {
    await runyard.close();
  },
};
export type HostCalls = typeof calls;

process.on('message', async ({ id, name, given }: { id: number; name: keyof HostCalls; given: unknown[] }) => {
  try {
    const answer = await (calls[name] as (...given: unknown[]) => Promise<unknown>)(...given);
    process.send?.({ id, answer });
  } catch (error) {
    process.send?.({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
  if (name === 'close') process.disconnect();
});
// Whoever started us is gone: nobody would end us any more.
process.on('disconnect', () => {
  if (!process.exitCode) runyard.close().finally(() => process.exit());
});
tell({ news: 'up' });

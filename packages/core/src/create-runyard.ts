import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { newAuthenticator } from './access/directory/authenticator.ts';
import { jobTokenKey } from './access/directory/job-token-key.ts';
import { jobToken } from './access/job-token.ts';
import { systemPrincipal } from './access/principal.ts';
import { createVault, type Vault } from './access/vault/vault.ts';
import { vaultProvider } from './access/vault/vault-provider.ts';
import { openDataDir } from './adapters/data-dir/open-data-dir.ts';
import { fileLogStore } from './adapters/file-log-store/file-log-store.ts';
import { gitSource } from './adapters/git-source/git-source.ts';
import { httpPost } from './adapters/http-post/http-post.ts';
import { processExecutor } from './adapters/process-executor/process-executor.ts';
import { sqliteStore } from './adapters/sqlite-store/sqlite-store.ts';
import { sshKeyscan } from './adapters/ssh-keyscan/ssh-keyscan.ts';
import { systemClock } from './adapters/system-clock/system-clock.ts';
import { systemEntropy } from './adapters/system-entropy/system-entropy.ts';
import { hostApi, type TelemetryApi } from './adapters/telemetry/host-api.ts';
import { newTelemetry } from './adapters/telemetry/telemetry.ts';
import { hostTarget } from './domain/notice/records.ts';
import type { Run } from './domain/run/run.ts';
import { newBacklog } from './engine/backlog.ts';
import type { Callback } from './engine/callback.ts';
import type { PassCheckpoint } from './engine/checkpoints.ts';
import { type EngineContext, newCounters } from './engine/context.ts';
import { type Emitter, newEmitter } from './engine/emitter.ts';
import { createEngine, type Engine } from './engine/engine.ts';
import { newGpuLedger } from './engine/gpu-ledger.ts';
import { newHoldings } from './engine/holdings.ts';
import { newKnownJobs } from './engine/known-jobs.ts';
import { newLaunchQueues } from './engine/launch-queues.ts';
import { hearNews } from './engine/news.ts';
import { newNotices } from './engine/notices/notices.ts';
import { patientStore } from './engine/patient-store.ts';
import { newPlaces } from './engine/places.ts';
import { newPressure } from './engine/pressure.ts';
import { newRetentionWatch } from './engine/retention.ts';
import { newStoreTime, type StoreTime } from './engine/store-time.ts';
import { newWaker } from './engine/waker.ts';
import { newWallClock } from './engine/wall-clock.ts';
import { withinLimits } from './engine/within-limits.ts';
import type { Executor } from './ports/executor.ts';
import type { Host, Logger, Provided } from './ports/host.ts';
import type { JobFunction } from './ports/job-function.ts';
import type { Store, StoreInfo } from './ports/store.ts';
import { createRunyardFacade } from './services/facade.ts';
import { newFirstAdmin } from './services/first-admin/first-admin.ts';
import { keptAlive } from './services/kept-alive.ts';
import { newMetricSource } from './services/metrics/metric-source.ts';
import { type ReadOptions, type RunyardOptions, readOptions } from './services/options.ts';
import { newRunWatcher, type RunWatcher } from './services/run-watch.ts';
import type { Runyard } from './services/runyard.ts';
import { version } from './services/version.ts';
import { newCourier } from './services/webhooks/courier.ts';

/**
 * Opens the store, migrates, recovers what earlier processes left, then fires and launches at once (unless
 * `autoStart: false`). The only place where parts are put together.
 *
 * Throws `RunyardError`: `invalid-option`, `data-dir-locked`, `data-dir-unusable`, `store-newer`, `store-older`,
 * `store-in-use`, `store-unavailable`.
 */
export const createRunyard = (options: RunyardOptions = {}): Promise<Runyard> => openRunyard(options);

/** As `createRunyard`, and tells a harness of every checkpoint. */
export const openRunyard = (options: RunyardOptions, checkpoint?: PassCheckpoint): Promise<Runyard> =>
  keptAlive(() => open(options, checkpoint));

const open = async (options: RunyardOptions, checkpoint?: PassCheckpoint): Promise<Runyard> => {
  const clock = options.clock ?? systemClock();
  const provided: Readonly<Record<string, Provided<Executor>>> = options.executors ?? { process: processExecutor() };
  const read = readOptions(options, Object.keys(provided));
  const dataDir = await openDataDir(options.dataDir ?? './.runyard', { clock });
  try {
    const entropy = options.entropy ?? systemEntropy();
    const host: Host = { dataDir: dataDir.dir, place: dataDir.place, clock, entropy, logger: options.logger ?? silent };
    const { place: lockedPlace, release } = dataDir;
    const telemetryApi = await hostApi(host.logger);
    return await composeRunyard({ options, read, provided, host, lockedPlace, release, checkpoint, telemetryApi });
  } catch (error) {
    await dataDir.release();
    throw error;
  }
};

/** All but the data directory, which the simulation has no use for. `release` comes last at close. */
export const composeRunyard = async (given: Composition): Promise<Runyard> => {
  const watcher = newRunWatcher();
  const functions = new Map<string, JobFunction>();
  const parts = { ...given, host: { ...given.host, functions } };
  const context = await openContext(parts, watcher);
  return assemble(context, parts, watcher);
};

export interface Composition {
  options: RunyardOptions;
  read: ReadOptions;
  provided: Readonly<Record<string, Provided<Executor>>>;
  host: Host;
  /** The place whose lock we hold, so that nobody else can serve it; null: there is none. */
  lockedPlace: string | null;
  release(): Promise<void>;
  checkpoint?: PassCheckpoint | undefined;
  /** The host's OpenTelemetry. Default: it has none. */
  telemetryApi?: TelemetryApi | null;
}

type Opened = EngineContext & { emitter: Emitter; engine: Engine; vault: Vault; jobTokenKey: KeyObject | null };

const openContext = async (
  { options, read, provided, host, lockedPlace, checkpoint = () => {} }: Composition,
  watcher: RunWatcher,
): Promise<Opened> => {
  const { entropy, logger } = host;
  const give = <T>(part: Provided<T>): T => (typeof part === 'function' ? (part as (host: Host) => T)(host) : part);
  const executors = new Map(Object.entries(provided).map(([name, part]) => [name, give(part)]));
  const emitter = newEmitter((error, event) => logger.error({ err: error, event }, 'a listener threw'));
  const waker = newWaker();
  const emit: EngineContext['emit'] = (name, event) => {
    if ('run' in event) watcher.changed(event.run as Run);
    emitter.emit(name, event);
  };
  const pressure = newPressure({ clock: host.clock, logger, emit: (event) => emit('engine.pressure', event) });
  const { storeTimeoutMs: timeoutMs, storeSlowMs: slowMs } = read.timings;
  const lease = { renewedAt: host.clock.monotonic(), uncertain: false };
  const onLate = (): void => {
    // It may have given us runs, or made one that waits.
    lease.uncertain = true;
    waker.wake();
  };
  const patience = { clock: host.clock, pressure, timeoutMs, slowMs, onLate };
  const patient = patientStore(give(options.store ?? sqliteStore()), patience);
  const { load: storeLoad, isUnsure: storeIsUnsure } = patient;
  const store = withinLimits(patient.store);
  const time = newStoreTime(host.clock, store);
  const { clock } = time;
  const vault = createVault(store, read.keyRing);
  const base = {
    instance: entropy.id(),
    store,
    time,
    clock,
    entropy,
    logger,
    executors,
    logStore: give(options.logStore ?? store.logs?.() ?? fileLogStore()),
    source: give(options.source ?? gitSource()),
    secretProvider: vaultProvider({ store, vault }, options.secretProvider ?? null),
    sizes: read.sizes,
    settings: {
      logCapBytes: read.limits.logCapBytes,
      directory: read.directory !== null,
      auditMaxAgeMs: read.auditMaxAgeMs,
      publicUrl: read.publicUrl,
      waitingAfterMs: read.webhooks.afterMs,
      ...read.timings,
    },
    holdings: newHoldings(),
    places: newPlaces({ executors, clock, answerMs: read.timings.placeTimeoutMs }),
    gpuLedger: newGpuLedger(executors),
    lease,
    pressure,
    storeLoad,
    storeIsUnsure,
    retention: newRetentionWatch(),
    notices: newNotices(read.notify && hostTarget(read.webhooks.afterMs)),
    hostClock: { isOff: false },
    rewinding: { wanted: false },
    dueAhead: { reading: null, inRow: 0 },
    doubted: new Set<string>(),
    launches: newLaunchQueues(executors, read.limits.launches),
    backlog: newBacklog(),
    knownJobs: newKnownJobs(),
    endings: new PQueue({ concurrency: 16 }),
    counters: newCounters(),
    emitter,
    emit,
    checkpoint,
    wake: waker.wake,
  };
  const news = { wake: waker.wake, changed: watcher.heard };
  store.watch?.(hearNews(clock, watcher.closed, news));
  const keyOf = async () => (read.publicUrl === null ? noJobTokens : jobTokenKey({ ...base, vault }));
  const {
    installation,
    exclusive,
    key: { key, fault: callbackFault },
  } = await opened(store, time, keyOf);
  const callback = read.publicUrl !== null && key ? callbackOf(read.publicUrl, key) : null;
  const opening = {
    installation,
    exclusive,
    callback,
    callbackFault,
    startedAt: clock.now(),
    wallClock: newWallClock(clock),
  };
  const courier = newCourier({ vault, post: httpPost(read.webhooks), notify: read.notify, context: () => context });
  const context: EngineContext = { ...base, ...opening, lockedPlace, courier };
  return { ...context, emitter, vault, engine: createEngine(context, waker), jobTokenKey: key };
};

const noJobTokens = { key: null, fault: null };

const callbackOf = (url: string, key: KeyObject): Callback => ({ url, token: (runId) => jobToken(runId, key) });

const opened = async <Key>(
  store: Store,
  time: StoreTime,
  keyOf: () => Promise<Key>,
): Promise<StoreInfo & { key: Key }> => {
  try {
    const info = await store.open();
    await time.read();
    return { ...info, key: await keyOf() };
  } catch (error) {
    await store.close().catch(() => {});
    throw error;
  }
};

const assemble = async (
  context: Opened,
  { read, host, release, telemetryApi: api = null }: Composition & { host: { functions: Map<string, JobFunction> } },
  watcher: RunWatcher,
): Promise<Runyard> => {
  const metrics = newMetricSource(context, { emitter: context.emitter, closing: watcher.closed });
  const telemetry = newTelemetry({ ...context, api, on: context.emitter.on, metrics, version });
  const closeParts = async (): Promise<void> => {
    // One that fails must not keep the others, and the lock above all, from being let go.
    const parts = [...context.executors.values()].map((executor) => async () => executor.close?.({ graceMs: 0 }));
    const results = await Promise.allSettled(
      [...parts, async () => context.source.close?.(), async () => context.logStore.close?.()].map((close) => close()),
    );
    await telemetry.close().catch(() => {}); // the host's, and no reason to stay open
    await context.store.close().finally(release);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  };
  const { place, dataDir } = host;
  const firstAdmin = read.directory
    ? newFirstAdmin({ context, name: read.directory.firstAdmin, file: join(dataDir, 'first-admin-token'), place })
    : null;
  const runyard = createRunyardFacade({
    context,
    engine: context.engine,
    emitter: context.emitter,
    vault: context.vault,
    metrics,
    scanHost: sshKeyscan,
    functions: host.functions,
    watcher,
    defaultExecutor: read.defaultExecutor,
    jobDefaults: read.defaults,
    authenticate: read.authenticate,
    authenticator: newAuthenticator({ ...context, records: read.tokens, directory: read.directory !== null }),
    onMinted: async () => firstAdmin?.onMinted(),
    bodyLimit: read.limits.requestBodyBytes,
    publicMetrics: read.publicMetrics,
    principal: systemPrincipal,
    closeParts,
  });
  try {
    await firstAdmin?.begin();
    if (read.autoStart) await runyard.start();
  } catch (error) {
    await runyard.close().catch(() => {}); // the first fault is the one to hear of
    throw error;
  }
  return runyard;
};

const quiet = (): void => {};
const silent: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

import type PQueue from 'p-queue';
import type { DueJob } from '../domain/decision.ts';
import type { SizeCatalogue } from '../domain/job/parse-size.ts';
import type { Clock } from '../ports/clock.ts';
import type { Courier } from '../ports/courier.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { RunyardEvents } from '../ports/events.ts';
import type { Executor } from '../ports/executor.ts';
import type { Logger } from '../ports/host.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { SecretProvider } from '../ports/secret-provider.ts';
import type { Source } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';
import type { Backlog } from './backlog.ts';
import type { Callback } from './callback.ts';
import type { PassCheckpoint } from './checkpoints.ts';
import type { GpuLedger } from './gpu-ledger.ts';
import type { Holdings } from './holdings.ts';
import type { KnownJobs } from './known-jobs.ts';
import type { LaunchQueues } from './launch-queues.ts';
import type { Notices } from './notices/notices.ts';
import type { StoreLoad } from './patient-store.ts';
import type { Pressure } from './pressure.ts';
import type { RetentionWatch } from './retention.ts';
import type { Places } from './served-places.ts';
import type { StoreTime } from './store-time.ts';
import type { WallClock } from './wall-clock.ts';

/** Everything that the engine works with; made once, by the composition root. */
export interface EngineContext {
  /** This process's id among the instances that share the store. */
  readonly instance: string;
  readonly startedAt: number;
  /** The store's own id: the label on everything that we make. Set when the store is open. */
  installation: string;
  /** No other instance can have the store open. */
  exclusive: boolean;
  readonly store: Store;
  /** Time as all who share the store see it. */
  readonly clock: Clock;
  readonly time: StoreTime;
  readonly entropy: Entropy;
  readonly logger: Logger;
  readonly executors: ReadonlyMap<string, Executor>;
  readonly logStore: LogStore;
  readonly source: Source;
  readonly secretProvider: SecretProvider;
  /** null: runs are not told how to reach the API. */
  readonly callback: Callback | null;
  /** Why they are not, although the host wants it; else null. */
  readonly callbackFault: string | null;
  readonly sizes: SizeCatalogue;
  readonly settings: EngineSettings;
  readonly holdings: Holdings;
  readonly places: Places;
  readonly gpuLedger: GpuLedger;
  /** The place that nobody else can serve as long as we live, since we hold its lock; null: there is none. */
  readonly lockedPlace: string | null;
  readonly wallClock: WallClock;
  /** When this instance's lease was renewed last, on the monotonic clock: as of the moment before it was asked for. */
  readonly lease: {
    renewedAt: number;
    /** A commit that would give us runs was rejected, so that we may hold runs that we do not know of. */
    uncertain: boolean;
  };
  /** Whether the host's wall clock was far from the store's when the two were compared last. */
  readonly hostClock: { isOff: boolean };
  /** The clock was set back, and what waits for instants that are now far away is still to be moved. */
  readonly rewinding: { wanted: boolean };
  /** The next batch of what is due, while it is read. */
  readonly dueAhead: {
    reading: Promise<DueJob[] | null> | null;
    /** Batches that were read ahead, one after another. */
    inRow: number;
  };
  /** Jobs whose due instants could not be recorded: their ledger is read before the next try. */
  readonly doubted: Set<string>;
  readonly launches: LaunchQueues;
  readonly backlog: Backlog;
  /** Jobs as they were read last, for writes that are guarded by the revision. */
  readonly knownJobs: KnownJobs;
  readonly retention: RetentionWatch;
  /** Who is told of what, and what is still to be sent. */
  readonly notices: Notices;
  /** Takes it there. */
  readonly courier: Courier;
  /** What holds the engine back now. */
  readonly pressure: Pressure;
  storeLoad(): StoreLoad;
  /** Whether a write whose guard does not hold may have met its own result. */
  storeIsUnsure(): boolean;
  /** Bounds how many ended attempts of earlier instances are sealed and disposed of at once. */
  readonly endings: PQueue;
  readonly counters: Counters;
  emit<K extends keyof RunyardEvents>(name: K, event: RunyardEvents[K]): void;
  /** For a harness that dies there; does nothing else. */
  readonly checkpoint: PassCheckpoint;
  /** Looks again now rather than at the next due instant. */
  wake(): void;
}

export interface EngineSettings {
  /** Bytes of log kept per attempt. */
  logCapBytes: number;
  /** Users and groups are kept in the store. */
  directory: boolean;
  /** What is older is forgotten of the audit trail. */
  auditMaxAgeMs: number;
  /** Where the API is reached, without a slash at its end; null: nobody said. */
  publicUrl: string | null;
  /** After so long a run that does not run yet is told of, where a webhook does not say. */
  waitingAfterMs: number;
  /** How long this instance's lease lasts without renewal. */
  leaseMs: number;
  /** How long after the end of its lease an attempt of a dead process is given up (DESIGN 3). */
  lostAfterMs: number;
  /** How old something unclaimed at a place is before it is removed. */
  sweepGraceMs: number;
  /** How long a place may take to answer. */
  placeTimeoutMs: number;
  /** How long the store may take to answer before a call is given up. */
  storeTimeoutMs: number;
  /** How long it may take before it is called slow. */
  storeSlowMs: number;
  /** On a shared store: the longest time between two looks at it. */
  pollMs: number;
  /** How long a run that does not fit its place lets others pass. */
  turnAfterMs: number;
}

export interface Counters {
  runsAccepted: number;
  runsSucceeded: number;
  runsFailed: number;
  runsCancelled: number;
  runsSkipped: number;
  /** Forgotten, since they were older or more than their jobs keep. */
  runsPruned: number;
  /** Attempts to send a notification. */
  notificationsDelivered: number;
  notificationsFailed: number;
  notificationsGivenUp: number;
  ticks: number;
  lastTickAt: number | null;
  lastLatenessMs: number;
  storeFaults: number;
}

export const newCounters = (): Counters => ({
  runsAccepted: 0,
  runsSucceeded: 0,
  runsFailed: 0,
  runsCancelled: 0,
  runsSkipped: 0,
  runsPruned: 0,
  notificationsDelivered: 0,
  notificationsFailed: 0,
  notificationsGivenUp: 0,
  ticks: 0,
  lastTickAt: null,
  lastLatenessMs: 0,
  storeFaults: 0,
});

import { activeStates } from '../../domain/run/run.ts';
import type { EngineContext } from '../../engine/context.ts';
import { within } from '../../engine/within.ts';
import type { PressureReason } from '../../ports/events.ts';
import type { MetricLabels, MetricSample } from '../../ports/metrics.ts';
import type { ActiveCount } from '../../ports/store.ts';
import { version } from '../version.ts';
import type { LabelsOf, MetricName } from './catalogue.ts';
import { type PlaceLevel, placeLevels } from './place-levels.ts';

/** What the store was asked for the metrics; null: it did not answer in time. */
export interface StoreLevels {
  counts: readonly ActiveCount[];
  places: readonly PlaceLevel[];
}

export const readStoreLevels = async (context: EngineContext, signal: AbortSignal): Promise<StoreLevels | null> => {
  try {
    return await within(answerMs, { clock: context.clock, signal }, async () => {
      const [counts, places] = await Promise.all([context.store.activeCounts(), placeLevels(context)]);
      return { counts, places };
    });
  } catch {
    return null;
  }
};

const answerMs = 2_000;

/** The levels of now: what this instance knows by itself, and what the store said last. */
export const levels = (context: EngineContext, store: StoreLevels | null): Map<MetricName, MetricSample[]> => {
  const found = new Map<MetricName, MetricSample[]>();
  const set = <Name extends MetricName>(name: Name, value: number, labels: LabelsOf<Name>): void => {
    found.set(name, [...(found.get(name) ?? []), { labels: labels as MetricLabels, value }]);
  };
  const { counters, clock, places, storeLoad } = context;
  set('runyard_build_info', 1, { version, store: context.store.kind, node: process.versions.node });
  set('runyard_start_time_seconds', context.startedAt / 1000, {});
  set('runyard_runs_pruned_total', counters.runsPruned, {});
  set('runyard_runs_held', context.holdings.runs.size, {});
  set('runyard_launches_in_flight', context.launches.size(), {});
  set('runyard_ticks_total', counters.ticks, {});
  if (counters.lastTickAt !== null)
    set('runyard_last_tick_age_seconds', (clock.monotonic() - counters.lastTickAt) / 1000, {});
  set('runyard_clock_ahead_seconds', context.time.hostAheadMs() / 1000, {});
  for (const reason of pressureReasons) set('runyard_pressure', context.pressure.has(reason) ? 1 : 0, { reason });
  const load = storeLoad();
  set('runyard_store_up', store ? 1 : 0, {});
  set('runyard_store_silent_seconds', load.silentMs / 1000, {});
  set('runyard_store_commits_in_flight', load.inFlight, {});
  set('runyard_store_commits_waiting', load.waiting, {});
  for (const executor of context.executors.keys())
    if (places.served.has(executor) || places.silent.has(executor))
      set('runyard_executor_up', places.silent.has(executor) ? 0 : 1, { executor });
  set('runyard_notifications_waiting', context.notices.line.size(), {});
  set('runyard_notifications_total', counters.notificationsDelivered, { result: 'delivered' });
  set('runyard_notifications_total', counters.notificationsFailed, { result: 'failed' });
  set('runyard_notifications_total', counters.notificationsGivenUp, { result: 'given-up' });
  for (const { executor, state, runs, oldestAt } of store ? withZeros(context, store.counts) : []) {
    set('runyard_runs_active', runs, { executor, state });
    if (state === 'queued')
      set('runyard_queue_oldest_seconds', Math.max(0, clock.now() - oldestAt) / 1000, { executor });
  }
  for (const { executor, cpu, memoryBytes, taken, gpus } of store?.places ?? []) {
    set('runyard_place_cpu_cores', cpu, { executor });
    set('runyard_place_cpu_taken_cores', taken.cpu, { executor });
    set('runyard_place_memory_bytes', memoryBytes, { executor });
    set('runyard_place_memory_taken_bytes', taken.memoryBytes, { executor });
    for (const [state, devices] of Object.entries(gpus)) set('runyard_gpus', devices, { executor, state });
  }
  return found;
};

// A series that comes and goes is hard to watch: those of this instance's executors are always there.
const withZeros = ({ executors, clock }: EngineContext, counts: readonly ActiveCount[]): ActiveCount[] => {
  const isCounted = (executor: string, state: string) =>
    counts.some((one) => one.executor === executor && one.state === state);
  const none = [...executors.keys()].flatMap((executor) =>
    activeStates
      .filter((state) => !isCounted(executor, state))
      .map((state) => ({ executor, state, runs: 0, oldestAt: clock.now() })),
  );
  return [...counts, ...none];
};

export const pressureReasons: readonly PressureReason[] = ['store-slow', 'store-queue-full', 'launch-queue-full'];

import type { RunyardEvents } from '../../ports/events.ts';
import type { Logger } from '../../ports/host.ts';
import type { MetricSource } from '../../ports/metrics.ts';
import type { Store } from '../../ports/store.ts';
import type { TelemetryApi } from './host-api.ts';
import { observeMetrics } from './observe-metrics.ts';
import { newRunSpans } from './run-spans.ts';

export interface TelemetryParts {
  /** Null: the host has none. */
  api: TelemetryApi | null;
  on<K extends keyof RunyardEvents>(name: K, listener: (event: RunyardEvents[K]) => void): void;
  metrics: MetricSource;
  store: Pick<Store, 'attempts' | 'jobAt'>;
  version: string;
  logger: Logger;
}

export interface Telemetry {
  /** Ends what it still tells of, within a second; nothing is observed any more. */
  close(): Promise<void>;
}

/**
 * Tells the host's OpenTelemetry, where it has one, of each run that ended here, and of the metrics. Without a provider nothing is asked of the store. A fault
 * of it, or of the host's provider, is said in the log and harms nothing.
 */
export const newTelemetry = ({ api, on, metrics, store, version, logger }: TelemetryParts): Telemetry => {
  if (!api) return { close: async () => {} };
  const onFault = (error: unknown): void => logger.warn({ err: error }, 'OpenTelemetry was not told.');
  const spans = newRunSpans({ api, store, version, onFault });
  on('run.queued', ({ run }) => spans.accepted(run));
  for (const name of ['run.succeeded', 'run.failed', 'run.cancelled', 'run.skipped'] as const)
    on(name, ({ run }) => spans.ended(run));
  const unobserve = observed(metrics, { api, version, onFault });
  return {
    async close() {
      unobserve();
      await spans.settled();
    },
  };
};

const observed = (...[metrics, parts]: Parameters<typeof observeMetrics>): (() => void) => {
  try {
    return observeMetrics(metrics, parts);
  } catch (error) {
    parts.onFault(error);
    return () => {};
  }
};

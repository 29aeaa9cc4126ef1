import type { MetricReading } from '../../ports/metrics.ts';

/** `runyard.metrics`. */
export interface Metrics {
  /**
   * The numbers of this instance as they are now, as `GET /metrics` gives them in the Prometheus text format. Counters begin at zero with each instance.
   * What is asked of the store is at most 5 s old, and left out where it does not answer. `forbidden` without the right `metrics:read`.
   */
  read(): Promise<MetricReading[]>;
}

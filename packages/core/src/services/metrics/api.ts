import type { MetricReading } from '../../ports/metrics.ts';

/** `runyard.metrics`. */
export interface Metrics {
  /**
   * The numbers of this instance as they are now, as `GET /metrics` gives them in the Prometheus text format. Counters begin at zero with each instance.
   * What is asked of the store is at most 5 s old, and left out where it does not answer. `forbidden` to who is no admin and was not given the scope `metrics:read` by the host.
   */
  read(): Promise<MetricReading[]>;
}

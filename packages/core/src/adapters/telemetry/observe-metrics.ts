import type { BatchObservableCallback, Histogram, Observable } from '@opentelemetry/api';
import type { MetricSource } from '../../ports/metrics.ts';
import type { TelemetryApi } from './host-api.ts';
import { instanceNumber } from './instance-number.ts';
import { instrumentOf } from './instrument-name.ts';

/**
 * The same numbers as `GET /metrics`, through the host's meter. Of several Runyards in one process the second and further have an attribute, or each would overwrite the others. It has to be there before this: the API has no way to hear of one that comes later. Returns how to
 * end it.
 */
export const observeMetrics = (
  source: MetricSource,
  { api, version, onFault }: { api: TelemetryApi; version: string; onFault(error: unknown): void },
): (() => void) => {
  const meter = api.metrics.getMeter('@runyard/core', version);
  const observables = new Map<string, Observable>();
  const histograms = new Map<string, Histogram>();
  for (const [key, { type, help, buckets = [] }] of Object.entries(source.descriptions)) {
    const { name, ...unit } = instrumentOf(key);
    const options = { description: help, ...unit };
    if (type === 'counter') observables.set(key, meter.createObservableCounter(name, options));
    else if (type === 'gauge') observables.set(key, meter.createObservableGauge(name, options));
    else
      histograms.set(
        key,
        meter.createHistogram(name, { ...options, advice: { explicitBucketBoundaries: [...buckets] } }),
      );
  }
  const { number, giveBack } = instanceNumber();
  const own = number === 1 ? {} : { 'runyard.instance': `${number}` };
  source.observed((key, value, labels) => {
    try {
      histograms.get(key)?.record(value, { ...labels, ...own });
    } catch (error) {
      onFault(error);
    }
  });
  const observe: BatchObservableCallback = async (result) => {
    for (const reading of await source.read()) {
      const observable = observables.get(reading.name);
      if (!observable || reading.type === 'histogram') continue;
      for (const { value, labels } of reading.samples) result.observe(observable, value, { ...labels, ...own });
    }
  };
  const all = [...observables.values()];
  meter.addBatchObservableCallback(observe, all);
  return () => {
    meter.removeBatchObservableCallback(observe, all);
    giveBack();
  };
};

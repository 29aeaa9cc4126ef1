import type { HistogramSample, MetricLabels, MetricReading } from '../../ports/metrics.ts';

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

/** Metrics in the Prometheus text format, 0.0.4. What has no sample is left out. */
export const exposition = (readings: readonly MetricReading[]): string => readings.map(family).join('');

const family = (reading: MetricReading): string => {
  const lines =
    reading.type === 'histogram' ? reading.histograms.flatMap((one) => histogram(reading, one)) : samples(reading);
  if (lines.length === 0) return '';
  const { name, type, help } = reading;
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`;
};

const samples = (reading: MetricReading & { type: 'counter' | 'gauge' }): string[] =>
  reading.samples.map(({ labels, value }) => `${reading.name}${labelText(labels)} ${number(value)}`);

// Buckets are told as all that is not above their bound.
const histogram = ({ name, buckets = [] }: MetricReading, { labels, counts, sum }: HistogramSample): string[] => {
  let count = 0;
  const lines = counts.map((inBucket, i) => {
    count += inBucket;
    const le = i < buckets.length ? number(buckets[i] ?? 0) : '+Inf';
    return `${name}_bucket${labelText({ ...labels, le })} ${count}`;
  });
  return [...lines, `${name}_sum${labelText(labels)} ${number(sum)}`, `${name}_count${labelText(labels)} ${count}`];
};

const labelText = (labels: MetricLabels): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const number = (value: number): string => {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
};

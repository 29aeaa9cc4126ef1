import type { HistogramSample, MetricLabels, MetricSample } from '../../ports/metrics.ts';
import { catalogue, type LabelsOf, type MetricName } from './catalogue.ts';

/** Counters and histograms, since this instance was opened. */
export interface Tally {
  count<Name extends MetricName>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  observe<Name extends MetricName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  counted(name: MetricName): MetricSample[];
  histograms(name: MetricName): HistogramSample[];
}

/** Reasons come from executors, which anybody can write: beyond so many series of a metric every further reason is `other`. */
export const mostSeries = 200;

interface Series {
  labels: MetricLabels;
  value: number;
  counts: number[];
}

export const newTally = (observed: (name: MetricName, value: number, labels: MetricLabels) => void): Tally => {
  const all = new Map<MetricName, Map<string, Series>>();
  const seriesOf = (name: MetricName, labels: MetricLabels): Series => {
    const names: readonly string[] = catalogue[name].labels;
    const own = all.get(name) ?? new Map<string, Series>();
    all.set(name, own);
    const key = keyOf(names, labels);
    const known = own.get(key);
    if (known) return known;
    if (own.size >= mostSeries && names.some((label) => isMadeUp(label) && labels[label] !== other))
      return seriesOf(
        name,
        Object.fromEntries(names.map((label) => [label, isMadeUp(label) ? other : (labels[label] ?? '')])),
      );
    const series: Series = { labels: { ...labels }, value: 0, counts: [] };
    own.set(key, series);
    return series;
  };
  const listOf = (name: MetricName): Series[] => [...(all.get(name)?.values() ?? [])];
  return {
    count(name, labels, by = 1) {
      seriesOf(name, labels).value += by;
    },
    observe(name, labels, value) {
      const series = seriesOf(name, labels);
      const buckets = bucketsOf(name);
      const bucket = buckets.findIndex((bound) => value <= bound);
      if (series.counts.length === 0) series.counts = new Array(buckets.length + 1).fill(0);
      const index = bucket === -1 ? buckets.length : bucket;
      series.counts[index] = (series.counts[index] ?? 0) + 1;
      series.value += value;
      observed(name, value, series.labels);
    },
    counted: (name) => listOf(name).map(({ labels, value }) => ({ labels, value })),
    histograms: (name) =>
      listOf(name).map(({ labels, value, counts }) => ({ labels, counts: [...counts], sum: value })),
  };
};

const other = 'other';

// All other labels have few values; alerts ask for them, so they stay.
const isMadeUp = (label: string): boolean => label === 'reason';

const bucketsOf = (name: MetricName): readonly number[] => {
  const description = catalogue[name];
  return 'buckets' in description ? description.buckets : [];
};

const keyOf = (names: readonly string[], labels: MetricLabels): string =>
  names.length === 1 ? (labels[names[0] ?? ''] ?? '') : names.map((name) => labels[name]).join('\0');

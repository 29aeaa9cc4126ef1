/** What a metric is. Names are those of the Prometheus text format, with their unit at the end. */
export interface MetricDescription {
  type: 'counter' | 'gauge' | 'histogram';
  /** One sentence. */
  help: string;
  labels: readonly string[];
  /** Of a histogram: upper bounds, rising, without the last one, which is infinite. */
  buckets?: readonly number[];
}

export type MetricLabels = Readonly<Record<string, string>>;

export interface MetricSample {
  labels: MetricLabels;
  value: number;
}

/** What a histogram has counted: of each bucket those that are in it and in none before, the last one being infinite. */
export interface HistogramSample {
  labels: MetricLabels;
  counts: readonly number[];
  sum: number;
}

export type MetricReading = { name: string } & MetricDescription &
  (
    | { type: 'counter' | 'gauge'; samples: readonly MetricSample[] }
    | { type: 'histogram'; histograms: readonly HistogramSample[] }
  );

/** The numbers of one instance, for whoever hands them on. */
export interface MetricSource {
  /** All that there are, in a fixed order. */
  readonly descriptions: Readonly<Record<string, MetricDescription>>;
  /** As they are now. What could not be asked within two seconds is left out. Never rejects. */
  read(): Promise<MetricReading[]>;
  /** Is told of each value that goes into a histogram, from now on. */
  observed(listener: (name: string, value: number, labels: MetricLabels) => void): void;
}

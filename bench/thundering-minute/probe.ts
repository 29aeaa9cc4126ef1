import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 1;

/** How long the event loop was held up since `reset`, beyond what a timer of its own resolution waits anyway. */
export const loopProbe = () => {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return {
    reset: () => delay.reset(),
    longestMs: () => Math.max(0, delay.max / 1e6 - resolutionMs),
    stop: () => delay.disable(),
  };
};

export const residentMb = (): number => process.memoryUsage.rss() / 1e6;

/** The largest resident memory seen since it was started, in MB. */
export const memoryProbe = () => {
  let peak = residentMb();
  const look = (): void => {
    peak = Math.max(peak, residentMb());
  };
  const timer = setInterval(look, 50);
  return {
    peakMb(): number {
      look();
      return peak;
    },
    stop: () => clearInterval(timer),
  };
};

export interface Spread {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { count: sorted.length, p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) };
};

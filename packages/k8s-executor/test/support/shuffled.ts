import type { Frame } from './recordings.ts';

/** The frames of the three watches in another order against each other, each watch's own kept; the same for the same seed. */
export const shuffled = (frames: readonly Frame[], seed: number): Frame[] => {
  const next = randomOf(seed);
  const streams = ['job', 'pod', 'event'].map((kind) => frames.filter((frame) => frame.kind === kind));
  // Some watches lag far behind the others, some a little.
  const weights = streams.map(() => 0.02 + next() ** 3);
  const order: Frame[] = [];
  const at = [0, 0, 0];
  while (order.length < frames.length) {
    const left = streams.map((stream, i) => ((at[i] ?? 0) < stream.length ? (weights[i] ?? 0) : 0));
    const i = pick(left, next());
    order.push(streams[i]?.[at[i] ?? 0] as Frame);
    at[i] = (at[i] ?? 0) + 1;
  }
  return order;
};

// `at`: from 0 to 1.
const pick = (weights: readonly number[], at: number): number => {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const upTo = weights.map((_, i) => weights.slice(0, i + 1).reduce((all, weight) => all + weight, 0));
  return upTo.findIndex((end) => at * sum < end);
};

// mulberry32
const randomOf = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

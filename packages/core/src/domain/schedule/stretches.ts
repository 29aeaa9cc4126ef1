import type { OffsetAt } from './zone-offset.ts';

/** A time in which a zone keeps one offset. `from` is inclusive, `to` exclusive; epoch milliseconds. */
export interface Stretch {
  from: number;
  to: number;
  /** Wall clock less UTC, in milliseconds. */
  offset: number;
  /**
   * Wall times before this one were shown, or skipped, before the stretch began. Under `from + offset`: the stretch
   * begins after a gap, and those between were skipped. Above it: those between are shown again.
   */
  fresh: number;
}

const day = 86_400_000;

/** No zone since 1940 has gone from an offset and back to it within this time (Recife in 2000: 6 days 23 hours). */
const sampleEvery = 6 * day;

/** The largest jump back was a day (Manila 1844, Alaska 1867), so a wall time is shown again within two. */
const lookBack = 2 * day;

/** The stretches that fill `start` to `end`, cut at both. */
export const stretchesBetween = (offsetAt: OffsetAt, start: number, end: number): Stretch[] => {
  const stretches: Stretch[] = [];
  let from = start - lookBack;
  let offset = offsetAt(from);
  let fresh = from + offset;
  for (let at = from; at < end; ) {
    const sample = Math.min(at + sampleEvery, end);
    if (offsetAt(sample) === offset) {
      at = sample;
      continue;
    }
    const change = firstChange(offsetAt, at, sample);
    stretches.push({ from, to: change, offset, fresh });
    fresh = Math.max(fresh, change + offset);
    at = from = change;
    offset = offsetAt(change);
  }
  stretches.push({ from, to: end, offset, fresh });
  return stretches.filter(({ to }) => to > start).map((stretch) => cutBefore(stretch, start));
};

const cutBefore = (stretch: Stretch, start: number): Stretch =>
  stretch.from >= start ? stretch : { ...stretch, from: start, fresh: Math.max(stretch.fresh, start + stretch.offset) };

/** The first second after `low` with another offset than there; `high` has another. */
const firstChange = (offsetAt: OffsetAt, low: number, high: number): number => {
  const offset = offsetAt(low);
  let same = low;
  let other = high;
  while (other - same > 1000) {
    const middle = same + Math.floor((other - same) / 2000) * 1000;
    if (offsetAt(middle) === offset) same = middle;
    else other = middle;
  }
  return other;
};

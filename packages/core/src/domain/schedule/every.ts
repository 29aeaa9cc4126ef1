import { tenYears } from './in-zone.ts';
import { latestInstant } from './zone-offset.ts';

// `@every`: the instants anchor + period, anchor + 2 · period, and so on. The anchor itself is none of them, so that a
// schedule does not fire in the moment in which it is saved.

export const everyAfter = (periodMs: number, anchor: number, after: number): number | null => {
  const periods = Math.max(Math.floor((after - anchor) / periodMs) + 1, 1);
  const instant = anchor + periods * periodMs;
  return instant - after <= tenYears && instant <= latestInstant ? instant : null;
};

export const everyBefore = (periodMs: number, anchor: number, before: number): number | null => {
  const periods = Math.ceil((before - anchor) / periodMs) - 1;
  const instant = anchor + periods * periodMs;
  return periods >= 1 && before - instant <= tenYears ? instant : null;
};

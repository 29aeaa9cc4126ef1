import type { Clock } from '@runyard/core';

/** How often a log may be written: at once after a rest, ten times a second for long. */
export interface Pace {
  /** Ms until the next write; 0: now. */
  waitMs(): number;
  spend(): void;
}

export const newPace = (clock: Clock): Pace => {
  let credit = burst;
  let counted = clock.monotonic();
  const count = (): number => {
    const now = clock.monotonic();
    credit = Math.min(burst, credit + (now - counted) / everyMs);
    counted = now;
    return credit;
  };
  return {
    waitMs: () => Math.max(0, Math.ceil((1 - count()) * everyMs)),
    spend() {
      credit = Math.max(0, count() - 1);
    },
  };
};

const everyMs = 100;
const burst = 8;

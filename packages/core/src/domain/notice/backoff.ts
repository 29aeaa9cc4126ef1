const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long after its nth attempt a notification is sent again. */
const delays = [5 * second, 30 * second, 2 * minute, 10 * minute, hour, 3 * hour, 6 * hour];

/** Up to a fifth longer, so that what failed together does not come back together. */
const jitter = 0.2;

/** Ms until the next attempt; null: it was tried often enough. `random`: 0 ≤ x < 1. */
export const delayAfter = (attempts: number, random: number): number | null => {
  const delay = delays[attempts - 1];
  return delay === undefined ? null : Math.round(delay * (1 + jitter * random));
};

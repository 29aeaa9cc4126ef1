import type { Check } from './check.ts';

/** Nothing of ours is left behind (DESIGN 10). */
export const leavesNothing: Check = ({ wide, narrow, clock }, { attempts }) => [
  ...[wide, narrow].flatMap((engine) =>
    engine.left().map(({ key, state }) => `${key} is left at ${engine.place}: ${state}`),
  ),
  ...[...attempts.values()]
    .filter(({ attempt }) => attempt.state !== 'disposed')
    .map(({ key, attempt }) => `${key} is ${attempt.state}, not disposed of`),
  ...clock.pending().map(({ setAt }) => `a sleep is left: ${setAt}`),
];

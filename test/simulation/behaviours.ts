import type { Behaviour, Script } from '../../packages/core/src/testing/scripted-executor/behaviour.ts';
import type { History } from './history.ts';
import { randomOf } from './random.ts';

/** The script of every engine; it hears of each object that is made. */
export const behaviours =
  (seed: number, history: History): Script =>
  ({ key }) => {
    history.made.push({ key, commits: history.commits.length });
    return behaviourOf(seed, key);
  };

/** How an attempt behaves follows from the seed and its key alone, so that the order of things does not change it. */
export const behaviourOf = (seed: number, key: string): Behaviour => {
  const random = randomOf(`${seed}:${key}`);
  const runMs = random.weighted([
    [4, random.int(0, 2_000)],
    [4, random.int(2_000, 60_000)],
    [1, random.int(60_000, 600_000)],
    [1, Number.POSITIVE_INFINITY],
  ]);
  return {
    runMs,
    outcome: random.weighted([
      [6, { class: 'exited', code: 0 }],
      [3, { class: 'exited', code: random.pick([1, 3]) }],
      [1, { class: 'oom' }],
      [1, { class: 'infrastructure', reason: 'evicted' }],
    ]),
    termMs: random.weighted([
      [3, 0],
      [2, random.int(1, 5_000)],
      [1, Number.POSITIVE_INFINITY],
    ]),
    output: [0, 1, 2].map((n) => ({ atMs: n * 700, text: `${key} line ${n}` })),
    ...(random.chance(0.3) && { prepareMs: random.int(1, 20_000) }),
    ...(random.chance(0.05) && {
      prepareFails: random.pick([
        { class: 'start-failed', reason: 'image-pull' },
        { class: 'infrastructure', reason: 'source-unreachable' },
      ] as const),
    }),
    ...(random.chance(0.15) && { waiting: { ms: random.int(1, 30_000), sentence: '0/3 nodes are available' } }),
    ...(random.chance(0.07) && { vanishesAfterMs: random.int(1, 30_000) }),
    ...(random.chance(0.15) && { unavailable: { afterMs: random.int(0, 10_000), forMs: random.int(1, 60_000) } }),
  };
};

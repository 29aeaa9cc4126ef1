import { randomOf } from '../../simulation/random.ts';
import { check, countsOf } from '../checker/check.ts';
import type { History, Violation } from '../checker/history.ts';
import { randomJob } from './random-jobs.ts';
import { type Torment, torment } from './torment.ts';
import { leaseMs, newWorld } from './world.ts';

export interface Chaos {
  seed: number;
  /** How long hosts are tormented, real ms. */
  forMs: number;
  jobs: number;
  hosts: number;
}

export interface Result {
  violations: Violation[];
  counts: Record<string, number>;
  history: History;
}

/** Hosts with many scheduled jobs, tormented for a while and then left in peace until all is over; and what is to be said of it. */
export const chaos = async ({ seed, forMs, jobs, hosts }: Chaos): Promise<Result> => {
  await using world = await newWorld({ hosts });
  const { storeTime, slots, file } = world;
  const random = randomOf(`jobs ${seed}`);
  const at = { file, factor: storeTime.factor, executors: ['process'] };
  await world.save(Array.from({ length: jobs }, (_, n) => randomJob(n, random, at)));
  const done: Record<string, number> = {};
  const over = AbortSignal.timeout(forMs);
  const torments = { kinds: alone, leaseMs, factor: storeTime.factor };
  await Promise.all(slots.map((slot, n) => torment(slot, randomOf(`host ${n} of ${seed}`), torments, done, over)));
  const history = await world.end();
  return { violations: check(history), counts: { ...countsOf(history), ...done }, history };
};

const alone: readonly (readonly [number, Torment])[] = [
  [4, 'kill'],
  [5, 'die'],
  [1, 'close'],
];

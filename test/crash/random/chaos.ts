import { randomOf } from '../../simulation/random.ts';
import { check, countsOf } from '../checker/check.ts';
import type { History, Violation } from '../checker/history.ts';
import { randomJob } from './random-jobs.ts';
import { type Torment, torment, tormentDatabase } from './torment.ts';
import { leaseMs, newWorld } from './world.ts';

export interface Chaos {
  seed: number;
  /** How long hosts are tormented, real ms. */
  forMs: number;
  jobs: number;
  hosts: number;
  on: 'sqlite' | 'postgres';
}

export interface Result {
  violations: Violation[];
  counts: Record<string, number>;
  history: History;
}

/** Hosts with many scheduled jobs, tormented for a while and then left in peace until all is over; and what is to be said of it. */
export const chaos = async ({ seed, forMs, jobs, hosts, on }: Chaos): Promise<Result> => {
  await using world = await newWorld({ hosts, on });
  const { storeTime, slots, file, executors, server } = world;
  const random = randomOf(`jobs ${seed}`);
  const at = { file, factor: storeTime.factor, executors };
  await world.save(Array.from({ length: jobs }, (_, n) => randomJob(n, random, at)));
  const done: Record<string, number> = {};
  const over = AbortSignal.timeout(forMs);
  const torments = { kinds: server ? together : alone, leaseMs, factor: storeTime.factor };
  await Promise.all([
    ...slots.map((slot, n) => torment(slot, randomOf(`host ${n} of ${seed}`), torments, done, over)),
    ...(server ? [tormentDatabase(server.server, randomOf(`database of ${seed}`), done, over)] : []),
  ]);
  const history = await world.end();
  const adoptions = slots.reduce((sum, { adopted }) => sum + adopted.length, 0);
  return { violations: check(history), counts: { ...countsOf(history), adoptions, ...done }, history };
};

const alone: readonly (readonly [number, Torment])[] = [
  [4, 'kill'],
  [5, 'die'],
  [1, 'close'],
];

const together: readonly (readonly [number, Torment])[] = [...alone, [3, 'freeze'], [2, 'clock']];

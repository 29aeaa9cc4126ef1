// From the call that starts a job to the first line of its function, one job at a time: each contender in a process of its own,
// with a server of its own, on this machine.
//
//   node bench/latency/main.ts [--starts 300] [--only runyard-sqlite,floor-sqlite,…]
//
// A floor is a bare loop over the same tables that writes the same rows, with a transaction each for the insert and the claim.
import { parseArgs } from 'node:util';
import { contenders } from '../contenders/all.ts';
import type { Latency } from '../contenders/contender.ts';
import { machine, measure } from '../contenders/measure.ts';

const { values } = parseArgs({
  options: {
    starts: { type: 'string', default: '300' },
    only: {
      type: 'string',
      default: Object.keys(contenders)
        .filter((name) => name !== 'graphile-worker-queue')
        .join(','),
    },
  },
});

const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? Number.NaN;
const spread = (numbers: readonly number[]): string =>
  [0.5, 0.99].map((share) => quantile(numbers, share).toFixed(2).padStart(8)).join(' ');

console.log(`${await machine()}\n${values.starts} starts; p50 and p99 in ms\n`);
console.log(`${''.padEnd(47)} first line of the function   accepted`);
const began = new Map<string, number[]>();
for (const name of values.only.split(',')) {
  try {
    const { contender, result } = await measure<Latency>(name, { what: 'latency', count: Number(values.starts) });
    began.set(name, result.began);
    console.log(
      `${contender.name.padEnd(16)} ${contender.store.padEnd(30)} ${spread(result.began)}   ${spread(result.accepted)}`,
    );
  } catch (error) {
    console.log(`${name}: left out, ${error instanceof Error ? error.message : String(error)}`);
  }
}

console.log('\nRatios, p50 and p99');
const ratio = (ours: string, other: string, aim: string): void => {
  const [a, b] = [began.get(ours), began.get(other)];
  if (!a || !b) return;
  const [p50, p99] = [0.5, 0.99].map((share) => (quantile(a, share) / quantile(b, share)).toFixed(2));
  console.log(`  ${ours} : ${other.padEnd(22)} ${p50} ${p99}   ${aim}`);
};
ratio('runyard-sqlite', 'floor-sqlite', 'aim ≤ 2');
ratio('runyard-postgres', 'floor-postgres', '');
for (const peer of ['graphile-worker', 'pg-boss', 'agenda']) ratio('runyard-postgres', peer, 'aim < 1');

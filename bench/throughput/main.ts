// How many jobs that do nothing are done in a second, one after the other: each contender in a process of its own, with a server of
// its own, on this machine.
//
//   node bench/throughput/main.ts [--jobs 20000] [--only runyard-sqlite,floor-sqlite,…] [--rounds 3]
//
// Runyard and the floors are timed from the first start to the last end that is durable, accepting included: each job leaves a run
// and an attempt. Peers have their jobs in their tables already when the time begins, but for `graphile-worker-accepting`. A floor is a bare loop over the same tables
// that writes the same rows (`contenders/floor-*.ts`), as many jobs to a transaction as we reached in the same round. Of several rounds, which go through all contenders in turn, the median counts.
import { parseArgs } from 'node:util';
import { contenders } from '../contenders/all.ts';
import type { Contender, Throughput } from '../contenders/contender.ts';
import { machine, measure } from '../contenders/measure.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: Object.keys(contenders).join(',') },
  },
});
const names = values.only.split(',');
const jobs = Number(values.jobs);
const results = new Map<string, Throughput[]>();

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const rateOf = (name: string): number => median((results.get(name) ?? []).map(({ perSecond }) => perSecond));

const measured = async (name: string, title: string, group?: number): Promise<Throughput | null> => {
  try {
    const { contender, result } = await measure<Throughput>(name, {
      what: 'throughput',
      count: jobs,
      ...(group && { group }),
    });
    results.set(title, [...(results.get(title) ?? []), result]);
    console.log(rowOf(contender, result));
    return result;
  } catch (error) {
    console.log(`${name}: left out, ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
};

const rowOf = ({ name, store, acceptsInTime }: Contender, { perSecond, cpuPerJob, group }: Throughput): string => {
  const rate = Math.round(perSecond).toLocaleString('en').padStart(8);
  const together = group === undefined ? '' : `, ${group} jobs a transaction`;
  const accepted = acceptsInTime ? 'accepting included' : 'accepted before';
  return `${name.padEnd(16)} ${store.padEnd(30)} ${rate} jobs/s ${cpuPerJob.toFixed(0).padStart(6)} µs of CPU a job, ${accepted}${together}`;
};

console.log(`${await machine()}\n${jobs} jobs, ${values.rounds} rounds\n`);
for (let round = 0; round < Number(values.rounds); round++) {
  const reached = new Map<string, number>();
  for (const name of names) {
    const store = name.split('-')[1] ?? '';
    if (!name.startsWith('floor-')) {
      const result = await measured(name, name);
      if (result?.group) reached.set(store, result.group);
      continue;
    }
    // As large as we reached just now; and so large that the disk hardly counts any more.
    const ours = reached.get(store);
    if (ours !== undefined) await measured(name, name, ours);
    await measured(name, `${name}-1000`, 1000);
  }
}

console.log('\nRatios of the medians');
const ratio = (ours: string, other: string, aim: string): void => {
  const value = rateOf(ours) / rateOf(other);
  if (!Number.isNaN(value)) console.log(`  ${ours} : ${other.padEnd(22)} ${value.toFixed(2)}   ${aim}`);
};
ratio('runyard-sqlite', 'floor-sqlite', 'aim ≥ 0.5');
ratio('runyard-sqlite', 'floor-sqlite-1000', '');
ratio('runyard-postgres', 'floor-postgres', 'aim ≥ 0.5');
ratio('runyard-postgres', 'floor-postgres-1000', '');
ratio('runyard-postgres', 'graphile-worker-accepting', 'aim ≥ 3, timed alike');
ratio('runyard-postgres', 'graphile-worker', '');
for (const peer of ['graphile-worker-queue', 'pg-boss', 'agenda', 'bullmq']) ratio('runyard-postgres', peer, '');

// What it costs a run that somebody might be told of it, that it gets a token of its own, or secrets, and that its log is masked: jobs that
// do nothing or say three lines, one after the other, from the first start until nothing is left of the last.
//
//   node bench/people/main.ts [--jobs 5000] [--rounds 3] [--only plain,notify,…] [--store sqlite|postgres]
//
// Each way is in a process of its own, on this machine. Of several rounds, which go through all ways in turn, the median counts.
import { parseArgs } from 'node:util';
import type { Throughput } from '../contenders/contender.ts';
import { machine } from '../contenders/measure.ts';
import { inChild } from '../in-child.ts';
import { startServer } from '../thundering-minute/servers.ts';
import { ways } from './ways.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    store: { type: 'string', default: 'sqlite' },
  },
});
const names = values.only?.split(',');
const chosen = ways.filter(({ name }) => !names || names.includes(name));
const results = new Map<string, Throughput[]>();

const measured = async (name: string): Promise<Throughput> => {
  const server = values.store === 'postgres' ? await startServer('postgres') : null;
  try {
    return await inChild<Throughput>(new URL('./child.ts', import.meta.url), [name, values.jobs, server?.url ?? '']);
  } finally {
    await server?.stop();
  }
};

const medianOf = (name: string, field: 'perSecond' | 'cpuPerJob'): number => {
  const all = (results.get(name) ?? []).map((result) => result[field]).sort((a, b) => a - b);
  return all[Math.floor(all.length / 2)] ?? Number.NaN;
};

console.log(`${await machine()}\n${values.jobs} jobs on ${values.store}, ${values.rounds} rounds\n`);
for (let round = 0; round < Number(values.rounds); round++)
  for (const { name } of chosen) {
    const result = await measured(name);
    results.set(name, [...(results.get(name) ?? []), result]);
    console.log(
      `${name.padEnd(22)} ${result.perSecond.toFixed(0).padStart(7)} runs/s ${result.cpuPerJob.toFixed(0)} µs of CPU a run`,
    );
  }

console.log('\nMedians, and how many times the time, and the CPU, of the same without');
for (const { name, beside = 'plain' } of chosen) {
  const [time, cpu] = [
    medianOf(beside, 'perSecond') / medianOf(name, 'perSecond'),
    medianOf(name, 'cpuPerJob') / medianOf(beside, 'cpuPerJob'),
  ];
  const rate = medianOf(name, 'perSecond').toFixed(0).padStart(7);
  console.log(
    `  ${name.padEnd(22)} ${rate} runs/s   ${time.toFixed(2)} × the time, ${cpu.toFixed(2)} × the CPU of '${beside}'`,
  );
}

// Start and close of an engine on a store that has grown large, and what a list and a start take there.
//
//   node bench/large-store/main.ts [--jobs 100000] [--runs 1000000] [--calls 200] [--times 5]
//
// The store is filled with copies of one job and one run, in SQL. Each time is a process of its own on the same store; lists and
// starts begin as soon as the engine has started.
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { exampleDataDir } from '../contenders/example-rows.ts';
import { machine } from '../contenders/measure.ts';
import { inChild } from '../in-child.ts';
import { fillSqlite } from './fill-sqlite.ts';

interface Measured {
  start: number;
  close: number;
  took: Record<string, number[]>;
  rssMb: number;
}

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '1000000' },
    calls: { type: 'string', default: '200' },
    times: { type: 'string', default: '5' },
  },
});

const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? Number.NaN;
const ms = (value: number): string => `${value.toFixed(1).padStart(8)} ms`;

const measureIn = (dataDir: string): Promise<Measured> =>
  inChild<Measured>(new URL('./child.ts', import.meta.url), [dataDir, values.calls]);

console.log(await machine());
const dataDir = await exampleDataDir();
try {
  const from = performance.now();
  fillSqlite(dataDir, { jobs: Number(values.jobs), runs: Number(values.runs) });
  console.log(
    `${values.jobs} jobs with schedules, ${values.runs} runs, made in ${((performance.now() - from) / 1000).toFixed(0)} s\n`,
  );
  const all: Measured[] = [];
  for (let n = 0; n < Number(values.times); n++) all.push(await measureIn(dataDir));
  const worst = (of: (one: Measured) => number): number => Math.max(...all.map(of));
  const typical = (of: (one: Measured) => number): number => quantile(all.map(of), 0.5);
  console.log('SQLite, each in a process of its own            median       worst');
  console.log(`start${' '.repeat(35)} ${ms(typical((one) => one.start))} ${ms(worst((one) => one.start))}   aim < 500`);
  console.log(`close${' '.repeat(35)} ${ms(typical((one) => one.close))} ${ms(worst((one) => one.close))}   aim < 100`);
  console.log(
    `memory at the end${' '.repeat(23)} ${typical((one) => one.rssMb)
      .toFixed(0)
      .padStart(8)} MB\n`,
  );
  console.log(`${' '.repeat(45)} p50         p99`);
  for (const name of Object.keys(all[0]?.took ?? {})) {
    const took = all.flatMap((one) => one.took[name] ?? []);
    console.log(`${name.padEnd(40)} ${ms(quantile(took, 0.5))} ${ms(quantile(took, 0.99))}   aim < 10`);
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

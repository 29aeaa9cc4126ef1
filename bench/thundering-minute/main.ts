// How late a library is when very many schedules are due in the same minute.
//
//   node bench/thundering-minute/main.ts [--sizes 1000,10000,100000] [--libraries runyard,bullmq,…] [--idle 100000]
//
// Each library and size has a process of its own, and its server, where it has one, is started anew for it. Every schedule names
// the same minute of the day, and what it runs does nothing. "called" is when the handler was called, as for everyone;
// "recorded" is when the run and its row in the ledger were durable and its event came, which only Runyard has.
// Memory is what the process held at most behind its registration, over the same process without schedules; servers are not in it.
// Sizes above 10,000 are for Runyard and the floor alone, unless libraries are named.

import { parseArgs } from 'node:util';
import { inChild } from '../in-child.ts';
import type { Contender } from './contender.ts';
import { libraries } from './libraries/all.ts';
import type { Fired, Idle } from './measure.ts';
import { type Server, startServer } from './servers.ts';
import { fireHeader, fireRow, idleRow } from './table.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000,100000' },
    libraries: { type: 'string' },
    idle: { type: 'string', default: '100000' },
  },
});
const sizes = values.sizes.split(',').filter(Boolean).map(Number);
const names = values.libraries?.split(',') ?? Object.keys(libraries);
const largestForPeers = 10_000;

const measure = async <T>(name: string, contender: Contender, mode: 'fire' | 'idle', size: number): Promise<T> => {
  let server: Server | null = null;
  try {
    server = contender.server && (await startServer(contender.server));
    return await inChild<T>(new URL('./child.ts', import.meta.url), [name, mode, String(size), server?.url ?? '']);
  } finally {
    await server?.stop();
  }
};

console.log(`node ${process.version}. Lateness in ms behind the minute.\n`);
console.log(fireHeader());
for (const name of names) {
  const contender = await libraries[name]?.();
  if (!contender) throw new Error(`There is no library '${name}': ${Object.keys(libraries).join(', ')}.`);
  try {
    const empty = sizes.length > 0 ? await measure<Idle>(name, contender, 'idle', 0) : null;
    for (const size of sizes) {
      if (size > largestForPeers && !values.libraries && name !== 'runyard' && name !== 'heap') continue;
      const fired = await measure<Fired>(name, contender, 'fire', size);
      console.log(fireRow(contender, size, fired, empty?.residentMb ?? 0));
    }
  } catch (error) {
    console.log(`${contender.name}: left out, ${error instanceof Error ? error.message : String(error)}`);
  }
}

if (names.includes('runyard') && Number(values.idle) > 0) {
  const runyard = await libraries.runyard!();
  console.log('\nNothing due, 20 s');
  for (const size of [0, Number(values.idle)])
    console.log(idleRow(size, await measure<Idle>('runyard', runyard, 'idle', size)));
}

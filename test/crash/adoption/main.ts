// pnpm crash:adoption [--times 50] [--store sqlite]: from SIGKILL of a holder to the adoption of its run by another host.
import { parseArgs } from 'node:util';
import { leaseMs, measureAdoption } from './measure-adoption.ts';

const { values } = parseArgs({
  options: { times: { type: 'string', default: '50' }, store: { type: 'string', default: 'sqlite' } },
});
const { ms, state, said, log, left } = await measureAdoption(
  Number(values.times),
  values.store === 'postgres' ? 'postgres' : 'sqlite',
);
const at = (share: number): string =>
  `${Math.round(ms[Math.min(ms.length - 1, Math.floor(share * ms.length))] ?? 0)} ms`;
console.log(`${ms.length} adoptions: p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`);
console.log(`the run ${state}; its log is ${log === said ? 'contiguous' : 'BROKEN'}, ${log.length} bytes`);
for (const one of left) console.log(`left: ${one}`);
const soon = (ms.at(-1) ?? 0) <= leaseMs + 5000;
const good = soon && state === 'succeeded' && log === said && left.length === 0;
process.exitCode = good ? 0 : 1;

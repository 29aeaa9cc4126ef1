// How many requests a second, and how fast the slowest of a hundred is, through each framework: `GET` of a job and `POST` of a start
// through Runyard, beside a bare route of the same framework, in the same process, that answers the same JSON.
//
//   node bench/http/main.ts [--only node,express-5,nest-express,nest-fastify] [--store sqlite|memory] [--rounds 5] [--seconds 3] [--connections 16] [--starts 0]
//
// Server and client are processes of their own, on this machine. Rounds alternate between Runyard and bare; the medians count. A start is durable
// before it is answered, and its run is executed meanwhile: a bare route does neither. With `--starts` so many other runs are started each second, since
// what is read while nothing is written is answered from memory.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { machine } from '../contenders/measure.ts';
import { inChild } from '../in-child.ts';
import { frameworks } from './frameworks/all.ts';
import type { Measured } from './load.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(frameworks).join(',') },
    store: { type: 'string', default: 'sqlite' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '16' },
    starts: { type: 'string', default: '0' },
  },
});
const { store, connections } = values;
const aim = 2;

interface Told {
  port: number;
  token: string;
  job: string;
  sentence?: string;
}

interface Serving {
  server: ChildProcess;
  told: Told;
}

const serve = async (name: string): Promise<Serving> => {
  const server = fork(new URL('./server.ts', import.meta.url), [name, store, values.starts]);
  const [told] = (await once(server, 'message')) as [Told];
  return { server, told };
};

/** With the µs of CPU that the server took for each. */
type WithCpu = Measured & { cpu: number };

const measured = async (
  { server, told: { port, token } }: Serving,
  [method, path]: readonly [string, string],
  ms = Number(values.seconds) * 1000,
): Promise<WithCpu> => {
  const before = await cpuOf(server);
  const args = [String(port), token, method, path, connections, String(ms)];
  const result = await inChild<Measured>(new URL('./client.ts', import.meta.url), args);
  return { ...result, cpu: ((await cpuOf(server)) - before) / result.requests };
};

const cpuOf = async (server: ChildProcess): Promise<number> => {
  server.send('cpu');
  const [{ user, system }] = (await once(server, 'message')) as [NodeJS.CpuUsage];
  return user + system;
};

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const rowOf = (title: string, all: readonly WithCpu[]) => {
  const of = (field: keyof WithCpu): number => median(all.map((one) => one[field]));
  const [perSecond, cpu] = [of('perSecond'), of('cpu')];
  const times = `p50 ${of('p50').toFixed(2).padStart(6)} ms   p99 ${of('p99').toFixed(2).padStart(7)} ms`;
  const text = `${title.padEnd(28)} ${perSecond.toFixed(0).padStart(6)} requests/s   ${times}   ${cpu.toFixed(0).padStart(4)} µs of CPU`;
  return { perSecond, cpu, text };
};

const compare = async (name: string, serving: Serving, method: string, behind: string): Promise<void> => {
  const ways = ['bare', 'api'].map((at) => [method, `/${at}/jobs/${serving.told.job}${behind}`] as const);
  const results: [WithCpu[], WithCpu[]] = [[], []];
  for (const way of ways) await measured(serving, way, 1500);
  for (let round = 0; round < Number(values.rounds); round++) {
    // Neither always goes first.
    const order = round % 2 === 0 ? ways : ways.toReversed();
    for (const way of order) results[ways.indexOf(way)]?.push(await measured(serving, way));
  }
  const [bare, ours] = [rowOf(`${name} ${method} bare`, results[0]), rowOf(`${name} ${method} Runyard`, results[1])];
  const ratio = `${(bare.perSecond / ours.perSecond).toFixed(2)} × the time, ${(ours.cpu / bare.cpu).toFixed(2)} × the CPU of bare`;
  console.log(`${bare.text}\n${ours.text}   ${ratio}${method === 'GET' ? `, aim ≤ ${aim}` : ''}`);
};

console.log(
  `${await machine()}\n${connections} connections, ${store} store, ${values.rounds} rounds of ${values.seconds} s, ${values.starts} other starts a second\n`,
);
for (const name of values.only.split(',')) {
  const { server, told } = await serve(name);
  if (told.sentence !== undefined) console.log(`${name}: left out, ${told.sentence}`);
  else {
    await compare(name, { server, told }, 'GET', '');
    await compare(name, { server, told }, 'POST', '/start');
  }
  server.send('close');
  await once(server, 'exit');
}

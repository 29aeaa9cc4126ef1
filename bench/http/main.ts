// How many requests a second, and how fast the slowest of a hundred is, through each framework: `GET` of a job and `POST` of a start
// through Runyard, beside a bare route of the same framework, in the same process, that answers the same JSON.
//
//   node bench/http/main.ts [--only node,express-5,nest-express,nest-fastify] [--store sqlite|memory] [--rounds 5] [--seconds 3] [--connections 16]
//
// Server and client are processes of their own, on this machine. Rounds alternate between Runyard and bare; the medians count. A start is durable
// before it is answered, and its run is executed meanwhile: a bare route does neither.
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

const serve = async (name: string): Promise<{ server: ChildProcess; told: Told }> => {
  const server = fork(new URL('./server.ts', import.meta.url), [name, store]);
  const [told] = (await once(server, 'message')) as [Told];
  return { server, told };
};

const measured = ({ port, token }: Told, method: string, path: string, ms = Number(values.seconds) * 1000) =>
  inChild<Measured>(new URL('./client.ts', import.meta.url), [
    String(port),
    token,
    method,
    path,
    connections,
    String(ms),
  ]);

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const rowOf = (title: string, all: readonly Measured[]): { perSecond: number; text: string } => {
  const [perSecond, p50, p99] = [
    median(all.map((one) => one.perSecond)),
    median(all.map((one) => one.p50)),
    median(all.map((one) => one.p99)),
  ];
  const text = `${title.padEnd(30)} ${perSecond.toFixed(0).padStart(7)} requests/s   p50 ${p50.toFixed(2).padStart(6)} ms   p99 ${p99.toFixed(2).padStart(7)} ms`;
  return { perSecond, text };
};

const compare = async (name: string, told: Told, method: string, behind: string): Promise<void> => {
  const ways = [`/bare/jobs/${told.job}${behind}`, `/api/jobs/${told.job}${behind}`] as const;
  const results: [Measured[], Measured[]] = [[], []];
  for (const path of ways) await measured(told, method, path, 1500);
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [way, path] of ways.entries()) results[way]?.push(await measured(told, method, path));
  const [bare, ours] = [rowOf(`${name} ${method} bare`, results[0]), rowOf(`${name} ${method} Runyard`, results[1])];
  const ratio = bare.perSecond / ours.perSecond;
  const wanted = method === 'GET' ? `, aim ≤ ${aim}` : '';
  console.log(`${bare.text}\n${ours.text}   bare is ${ratio.toFixed(2)} × as fast${wanted}`);
};

console.log(
  `${await machine()}\n${connections} connections, ${store} store, ${values.rounds} rounds of ${values.seconds} s\n`,
);
for (const name of values.only.split(',')) {
  const { server, told } = await serve(name);
  if (told.sentence !== undefined) console.log(`${name}: left out, ${told.sentence}`);
  else {
    await compare(name, told, 'GET', '');
    await compare(name, told, 'POST', '/start');
  }
  server.send('close');
  await once(server, 'exit');
}

// What it costs one host that a thousand people follow one log, as server-sent events through Express: its memory before, and at most
// while the run talks; and whether each of them got every line, and the end. Beside it a bare route that writes each line to each of them.
//
//   node bench/http/followers/main.ts [--followers 1000] [--lines 300] [--pause 20]
//
// Only the server's memory counts, which is a process of its own. `before` is Node with its compiler of types, Express and Runyard with one run; the rest is what
// followers cost, most of it the young generation that V8 takes while all of them come at the same moment (see `--max-semi-space-size`).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { machine } from '../../contenders/measure.ts';

const { values } = parseArgs({
  options: {
    followers: { type: 'string', default: '1000' },
    lines: { type: 'string', default: '300' },
    pause: { type: 'string', default: '20' },
  },
});
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const aim = 200 * 1e6;

/** Bytes of memory that the followers take at most. */
const measure = async (name: string, pathOf: (run: string) => string): Promise<number> => {
  const server = fork(new URL('./server.ts', import.meta.url), [values.lines, values.pause]);
  const [{ port, token, run }] = await once(server, 'message');
  const memory = async (): Promise<{ rss: number; cpu: NodeJS.CpuUsage }> => {
    server.send('memory');
    return (await once(server, 'message'))[0];
  };
  const before = await memory();
  const client = fork(new URL('./client.ts', import.meta.url), [String(port), token, pathOf(run), values.followers], {
    serialization: 'advanced',
  });
  await once(client, 'message');
  const following = await memory();
  let most = following.rss;
  const timer = setInterval(async () => {
    most = Math.max(most, (await memory()).rss);
  }, 250);
  const began = performance.now();
  server.send('talk');
  const [got] = (await once(client, 'message')) as [{ lines: number; ended: boolean }[]];
  const seconds = (performance.now() - began) / 1000;
  clearInterval(timer);
  const { cpu } = await memory();
  const whole = got.filter(({ lines, ended }) => lines === Number(values.lines) && ended).length;
  const all = Number(values.followers) * Number(values.lines);
  const spent = cpu.user + cpu.system - following.cpu.user - following.cpu.system;
  const taken = most - before.rss;
  const each = taken / Number(values.followers) / 1024;
  console.log(`${name}`);
  console.log(`  got every line and the end: ${whole} of ${got.length}, after ${seconds.toFixed(1)} s`);
  console.log(
    `  resident memory: ${mebibytes(before.rss)} before, ${mebibytes(following.rss)} when all follow, ${mebibytes(most)} at most: ${mebibytes(taken)} for the followers (aim: below ${mebibytes(aim)}), ${each.toFixed(0)} KiB for each`,
  );
  console.log(`  ${(spent / all).toFixed(1)} µs of CPU for each line and follower`);
  server.send('close');
  await once(server, 'exit');
  return taken;
};

console.log(`${await machine()}\n`);
console.log(`${values.followers} followers of one log of ${values.lines} lines, one each ${values.pause} ms\n`);
const bare = await measure('a bare route', () => '/bare');
const ours = await measure('Runyard', (run) => `/api/runs/${run}/logs`);
console.log(`\nfollowers of Runyard take ${(ours / bare).toFixed(2)} × the memory of those of the bare route`);

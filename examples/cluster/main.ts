// `node main.ts [--database postgres://…]`: three instances, one database. One of them is killed while its job runs.
import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mintToken } from '@runyard/core';
import { newApi } from './api.ts';
import type { News } from './instance.ts';
import { newMember } from './member.ts';
import { startPostgres } from './postgres.ts';

const { values } = parseArgs({ options: { database: { type: 'string' } } });
const say = (text: string): void => console.log(text);

await using stack = new AsyncDisposableStack();
const dir = await mkdtemp(join(tmpdir(), 'runyard-cluster-'));
stack.defer(() => rm(dir, { recursive: true, force: true }));
const database = values.database ?? stack.use(await startPostgres(join(dir, 'postgres'))).url;

const { token, record } = mintToken({ name: 'main', scopes: ['jobs:read', 'jobs:start'] });
const news = new EventEmitter<{ news: [string, News] }>();
const members = ['one', 'two', 'three'].map((name) =>
  newMember(name, { dataDir: join(dir, name), database, token: record }, news),
);
stack.defer(async () => void (await Promise.all(members.map((member) => member.kill('SIGTERM')))));

// Who runs what, as the instances tell.
const holders = new Map<string, string>();
const fired = new Map<string, string[]>();
news.on('news', (name, told) => {
  if (told.what === 'up') say(`${name} is up`);
  if (told.what === 'fired') fired.set(told.jobId, [...(fired.get(told.jobId) ?? []), name]);
  if (told.what === 'running') holders.set(told.runId, name);
  if (told.what === 'succeeded') say(`${name}: the run ${told.runId.slice(0, 8)} (${told.trigger}) has succeeded`);
});
await Promise.all(members.map((member) => member.up()));

let asked = members[0];
const api = newApi(() => asked?.url() ?? '', token);
const countId = await api.jobId('count');
const runId = await api.start(countId);
const holder = await api.until(
  async () => members.find(({ name }) => name === holders.get(runId)),
  (member) => member !== undefined,
);
asked = members.find((member) => member !== holder);
say(`\nThe run ${runId.slice(0, 8)} is looked after by ${holder?.name}. Its log is followed by way of ${asked?.name}:`);

const lines: string[] = [];
for await (const line of api.follow(runId)) {
  say(`  | ${line}`);
  if (line.startsWith('line ')) lines.push(line);
  if (line === 'line 3 of 10') await killAndRestart();
}
const { state } = await api.run(runId);
const whole = lines.join() === Array.from({ length: 10 }, (_, n) => `line ${n + 1} of 10`).join();
say(`The run ended ${state}. Its log has ${lines.length} lines, each once and in order: ${whole}.`);

say(`\nThe job every-minute is on all three. Waiting for the minute to be over…`);
const everyId = await api.jobId('every-minute');
const runs = await api.until(
  () => api.runsOf(everyId),
  (found) => found.some((run) => run.state === 'succeeded'),
);
const due = runs.map(({ due_at }) => due_at);
say(
  `It has ${due.length} run(s), due ${due.join(', ')}; fired by ${fired.get(everyId)?.join(', ')}, and by nobody else.`,
);
if (!whole || state !== 'succeeded' || new Set(due).size !== due.length) process.exitCode = 1;

async function killAndRestart(): Promise<void> {
  await holder?.kill('SIGKILL');
  say(`*** ${holder?.name} is killed (SIGKILL). Its job is a process of its own, and goes on.`);
  const run = await api.until(
    () => api.run(runId),
    (seen) => seen.silent_since !== null,
  );
  say(`*** ${asked?.name} says: ${run.state}. ${run.sentence}`);
  await holder?.up();
  say(`*** ${holder?.name} is back on its data directory, and takes its run up where it is.`);
}

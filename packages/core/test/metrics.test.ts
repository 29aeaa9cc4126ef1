import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../src/access/authorize.ts';
import type { Principal } from '../src/access/principal.ts';
import { mintToken } from '../src/access/token.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { createHttpApp } from '../src/http/create-http-app.ts';
import { exposition } from '../src/http/metrics/exposition.ts';
import { catalogue } from '../src/services/metrics/catalogue.ts';
import { mostSeries, newTally } from '../src/services/metrics/tally.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { exits, hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { type TestRunyard, type TestRunyardOptions, testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { parseExposition } from './support/parse-exposition.ts';

const open = (options: TestRunyardOptions = {}) => testRunyard({ publicMetrics: true, tokens: [], ...options });

const scrape = async ({ runyard }: TestRunyard) => {
  const answer = await createHttpApp(runyard).fetch(new Request('http://here/api/metrics'));
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const families = parseExposition(await answer.text());
  const samples = families.flatMap((family) => family.samples);
  return {
    families,
    /** The value of the one series that has these labels, among others. */
    value: (name: string, labels: Record<string, string> = {}) =>
      samples.find(
        (one) => one.name === name && Object.entries(labels).every(([label, text]) => one.labels[label] === text),
      )?.value,
  };
};

describe('what is scraped', () => {
  it('is read by the rules of the format, and has a line of help and a type for each', async () => {
    await using t = await open();
    const { families, value } = await scrape(t);
    for (const { name, type, help } of families)
      expect(catalogue[name as keyof typeof catalogue]).toMatchObject({ type, help });
    expect(value('runyard_build_info', { store: 'memory' })).toBe(1);
    expect(value('runyard_executor_up', { executor: 'scripted' })).toBe(1);
    expect(value('runyard_store_up')).toBe(1);
    expect(value('runyard_runs_accepted_total', { trigger: 'api' })).toBe(0);
    expect(value('runyard_pressure', { reason: 'store-slow' })).toBe(0);
  });

  it('counts runs by how and why they ended, and how long they waited and ran', async () => {
    await using t = await open({
      script: ({ spec }) => (spec.command === 'bad' ? exits(3, { runMs: 4_000 }) : exits(0, { runMs: 20_000 })),
    });
    const { jobs, runs } = t.runyard;
    for (const [command, limit] of [
      ['good', 0],
      ['bad', 1],
    ] as const) {
      const job = await jobs.create({ name: command, command, backoff: { limit } });
      const run = await jobs.start(job.id);
      const over = runs.wait(run.id);
      await t.clock.advance(120_000);
      await over;
    }
    const { value } = await scrape(t);
    expect(value('runyard_runs_accepted_total', { trigger: 'manual' })).toBe(2);
    expect(value('runyard_runs_ended_total', { executor: 'scripted', state: 'succeeded' })).toBe(1);
    expect(value('runyard_runs_ended_total', { state: 'failed', reason: 'exit-code' })).toBe(1);
    expect(value('runyard_runs_retried_total', { executor: 'scripted' })).toBe(1);
    expect(value('runyard_attempts_ended_total', { class: 'exited' })).toBe(3);
    expect(value('runyard_run_duration_seconds_sum', { state: 'succeeded' })).toBe(20);
    expect(value('runyard_run_duration_seconds_bucket', { state: 'succeeded', le: '15' })).toBe(0);
    expect(value('runyard_run_duration_seconds_bucket', { state: 'succeeded', le: '60' })).toBe(1);
    expect(value('runyard_run_queue_seconds_count', { executor: 'scripted' })).toBe(3);
  });

  it('counts what the schedule made of its instants, and how late', async () => {
    await using t = await open({ script: () => hangs() });
    const { jobs } = t.runyard;
    const job = await jobs.create({
      name: 'a',
      command: 'x',
      concurrencyPolicy: 'Forbid',
      schedule: { cron: '* * * * *' },
    });
    await t.clock.advance(120_000);
    await jobs.pause(job.id);
    await t.clock.advance(60_000);
    const { value } = await scrape(t);
    expect(value('runyard_schedule_lateness_seconds_count')).toBe(1);
    expect(value('runyard_runs_accepted_total', { trigger: 'schedule' })).toBe(2);
    expect(value('runyard_occurrences_not_run_total', { reason: 'forbidden-overlap' })).toBe(1);
    expect(value('runyard_occurrences_not_run_total', { reason: 'paused' })).toBe(1);
  });

  it('says what is active and how long the oldest waits, and asks the store no more often however many scrape', async () => {
    const store = memoryStore();
    let asked = 0;
    const counted = { ...store, activeCounts: () => store.activeCounts().finally(() => asked++) };
    await using t = await open({ store: counted, script: () => hangs() });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', concurrencyPolicy: 'Replace' });
    const first = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running', ({ run }) => run.id === first.id);
    await Promise.all(Array.from({ length: 50 }, () => scrape(t)));
    expect(asked).toBe(1);
    expect((await scrape(t)).value('runyard_runs_active', { executor: 'scripted', state: 'running' })).toBe(1);
    await t.clock.advance(10_000);
    expect((await scrape(t)).value('runyard_runs_active', { state: 'queued' })).toBe(0);
    expect(asked).toBe(2);
  });

  it('says what is taken of a place, and which of its GPUs are leased', async () => {
    const clock = new ManualClock();
    const gpu = (n: number) => ({ uuid: `GPU-${n}`, model: 'NVIDIA L4', memoryBytes: 2 ** 34 });
    const capacity = { cpu: 8, memoryBytes: 2 ** 36, gpus: [gpu(1), gpu(2), gpu(3)] };
    const engine = new ScriptedEngine({ clock, capacity, place: 'machine', script: () => hangs() });
    const sizes = { one: { cpu: 2, memory: '4Gi', gpu: { count: 1 } } };
    await using t = await open({ clock, sizes, executors: { machine: scriptedExecutor(engine) } });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'machine', size: 'one' });
    const run = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running', ({ run: { id } }) => id === run.id);
    const { value } = await scrape(t);
    const here = { executor: 'machine' };
    expect(value('runyard_gpus', { ...here, state: 'leased' })).toBe(1);
    expect(value('runyard_gpus', { ...here, state: 'free' })).toBe(2);
    expect(value('runyard_gpus', { ...here, state: 'blocked' })).toBe(0);
    expect(value('runyard_place_cpu_cores', here)).toBe(8);
    expect(value('runyard_place_cpu_taken_cores', here)).toBe(2);
    expect(value('runyard_place_memory_taken_bytes', here)).toBe(2 ** 32);
  });

  it('counts notifications that arrived and those that did not', async () => {
    let isDown = false;
    const told = Promise.withResolvers<void>();
    await using t = await open({
      script: () => exits(1),
      notify: async () => {
        if (isDown) throw new Error('no mail today');
        told.resolve();
      },
    });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const fail = async () => t.runyard.runs.wait((await t.runyard.jobs.start(job.id)).id);
    await fail();
    await told.promise;
    isDown = true;
    await fail();
    await expect.poll(async () => (await scrape(t)).value('runyard_notifications_total', { result: 'failed' })).toBe(1);
    const { value } = await scrape(t);
    expect(value('runyard_notifications_total', { result: 'delivered' })).toBe(1);
    expect(value('runyard_notifications_waiting')).toBe(1);
  });

  it('is there although the store does not answer, without what only the store knows', async () => {
    const store = memoryStore();
    const hung = { ...store, activeCounts: () => new Promise<never>(() => {}) };
    await using t = await open({ store: hung });
    const scraping = scrape(t);
    await t.clock.advance(3_000);
    const { value } = await scraping;
    expect(value('runyard_store_up')).toBe(0);
    expect(value('runyard_runs_active')).toBeUndefined();
    expect(value('runyard_ticks_total')).toBeGreaterThan(0);
  });
});

it('is for admins, and for whom the host gives the scope metrics:read, unless it made it public', async () => {
  const prometheus = mintToken({ name: 'prometheus', scopes: ['metrics:read'] });
  const jobs = mintToken({ name: 'jobs', scopes: ['jobs:read'] });
  let who: Principal | null = null;
  await using t = await testRunyard({
    directory: true,
    authenticate: () => who,
    tokens: [prometheus.record, jobs.record],
  });
  const ask = async ({ runyard }: TestRunyard, token = '') =>
    (
      await createHttpApp(runyard).fetch(
        new Request('http://here/api/metrics', { headers: token ? { authorization: `token ${token}` } : {} }),
      )
    ).status;
  const { users, tokens } = t.runyard;
  const [ann, root] = [await users.create({ name: 'ann' }), await users.create({ name: 'root', admin: true })];
  const minted = async (userId: string, scopes?: Scope[]) =>
    (await tokens.mint({ name: `${scopes}`, userId, ...(scopes && { scopes }) })).token;
  expect(await ask(t, prometheus.token)).toBe(200);
  expect(await ask(t, jobs.token)).toBe(403);
  expect(await ask(t, await minted(root.id))).toBe(200);
  expect(await ask(t, await minted(root.id, ['metrics:read']))).toBe(200);
  expect(await ask(t, await minted(root.id, ['jobs:read']))).toBe(403);
  expect(await ask(t, await minted(ann.id))).toBe(403);
  expect(await ask(t, await minted(ann.id, ['metrics:read']))).toBe(403);
  for (const [scopes, status] of [
    [['metrics:read'], 200],
    [['admin'], 403],
    [undefined, 403],
  ] as const) {
    who = { kind: 'token', id: 'x', ...(scopes && { scopes: [...scopes] }) };
    expect([scopes, await ask(t)]).toEqual([scopes, status]);
  }
  await using open = await testRunyard({ publicMetrics: true, authenticate: () => null });
  expect(await ask(open)).toBe(200);
  expect(createHttpApp(open.runyard).openapi()).toMatchObject({ paths: { '/metrics': { get: { security: [] } } } });
});

it('labels may say anything, and what has to be escaped is', () => {
  const labels = { reason: 'a "b"\\c\nd}, e="f"' };
  const text = exposition([
    {
      name: 'x_total',
      type: 'counter',
      help: 'Two\nlines \\ in "one".',
      labels: ['reason'],
      samples: [{ labels, value: 1 }],
    },
    {
      name: 'y',
      type: 'gauge',
      help: 'Odd numbers.',
      labels: [],
      samples: [{ labels: {}, value: Number.POSITIVE_INFINITY }],
    },
    { name: 'z', type: 'gauge', help: 'Nothing.', labels: [], samples: [] },
  ]);
  const [family, infinite, ...rest] = parseExposition(text);
  expect(family?.samples[0]?.labels).toEqual(labels);
  expect(infinite?.samples[0]?.value).toBe(Number.POSITIVE_INFINITY);
  expect(rest).toEqual([]);
});

it('however many reasons executors make up, a metric has so many series and one more of each state for all else', () => {
  const tally = newTally(() => {});
  for (let i = 0; i < 1_000; i++) tally.count('runyard_occurrences_not_run_total', { reason: `made-up-${i}` });
  const samples = tally.counted('runyard_occurrences_not_run_total');
  expect(samples).toHaveLength(mostSeries + 1);
  expect(samples.at(-1)).toEqual({ labels: { reason: 'other' }, value: 1_000 - mostSeries });
  const end = (state: string, reason: string) =>
    tally.count('runyard_runs_ended_total', { executor: 'docker', state, reason });
  for (let i = 0; i < 1_000; i++) end('failed', `made-up-${i}`);
  for (let i = 0; i < 10; i++) end('cancelled', `other-${i}`);
  const ended = tally.counted('runyard_runs_ended_total');
  const of = (state: string) => ended.filter(({ labels }) => labels.executor === 'docker' && labels.state === state);
  expect(of('failed').reduce((sum, { value }) => sum + value, 0)).toBe(1_000);
  expect(of('cancelled')).toEqual([{ labels: { executor: 'docker', state: 'cancelled', reason: 'other' }, value: 10 }]);
});

it('docs/metrics.md has a row for each metric, with its type and its labels, and for no other', async () => {
  const page = await readFile(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(runyard_\w+)` \| (\w+) \| ([^|]*) \|/gm)];
  expect(rows.map(([, name = '', type = '', labels = '']) => [name, type, labels.replaceAll('`', '').trim()])).toEqual(
    Object.entries(catalogue).map(([name, { type, labels }]) => [name, type, labels.join(', ')]),
  );
});

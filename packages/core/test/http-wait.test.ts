import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHttpApp } from '../src/http/create-http-app.ts';
import { newWaitingLine } from '../src/services/waiting-line.ts';
import { hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { httpWorld, type World } from './support/http-world.ts';

let world: World;
let token: string;
beforeAll(async () => {
  world = await httpWorld();
  token = (await world.token(world.people.ann)).token;
});
afterAll(() => world[Symbol.asyncDispose]());

const started = async (): Promise<string> => (await world.runyard.jobs.start(await world.job('own'))).id;
const wait = (run: string, query = '', as = token) => world.call('GET', `/runs/${run}/wait${query}`, { token: as });

describe('a wait for a run', () => {
  it('answers as soon as it has ended, and at once where it has already', async () => {
    const run = await started();
    const waiting = wait(run, '?timeout_ms=300000');
    await world.runyard.runs.cancel(run);
    const ended = {
      status: 200,
      body: { id: run, state: 'cancelled', ended_at: expect.any(String), attempts: expect.anything() },
    };
    expect(await waiting).toMatchObject(ended);
    expect(await wait(run)).toMatchObject(ended);
  });

  it('answers with the run as it is when the time is over', async () => {
    const run = await started();
    expect(await wait(run, '?timeout_ms=20')).toMatchObject({ status: 200, body: { id: run, ended_at: null } });
  });

  it('ends with its client, and with the server; the run goes on', async () => {
    const run = await started();
    const left = new AbortController();
    const app = createHttpApp(world.runyard);
    const ask = (signal?: AbortSignal) =>
      app.fetch(
        new Request(`http://here/api/runs/${run}/wait`, {
          headers: { authorization: `token ${token}` },
          ...(signal && { signal }),
        }),
      );
    const [gone, served] = [ask(left.signal), ask()];
    left.abort();
    expect((await gone).status).toBeGreaterThanOrEqual(400);
    app.close();
    expect(await (await served).json()).toMatchObject({ id: run, ended_at: null });
    expect((await world.runyard.runs.get(run)).stop).toBeNull();
  });

  it('tells nothing to whom it may be told no more when it is over', async () => {
    const run = await started();
    const { token: short, id } = await world.token(world.people.ann);
    const waiting = wait(run, '?timeout_ms=300000', short);
    await world.runyard.tokens.revoke(id);
    await world.runyard.runs.cancel(run);
    expect(await waiting).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });
});

it('however many wait, so many look again in a second at most, each in turn', () => {
  vi.useFakeTimers();
  try {
    const line = newWaitingLine();
    const looks = new Map<number, number>();
    const leaves = Array.from({ length: 1_000 }, (_, i) => line.join(() => looks.set(i, (looks.get(i) ?? 0) + 1)));
    const toldOfAll = line.join(null);
    vi.advanceTimersByTime(1_000);
    expect(looks.size).toBe(200);
    vi.advanceTimersByTime(4_000);
    expect([looks.size, new Set(looks.values())]).toEqual([1_000, new Set([1])]);
    for (const leave of [...leaves, toldOfAll]) leave();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('two thousand who wait for one run hear of its end', async () => {
  await using t = await testRunyard({ script: () => hangs() });
  const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
  const run = await t.runyard.jobs.start(job.id);
  const waits = Array.from({ length: 2_000 }, () => t.runyard.runs.wait(run.id));
  await t.runyard.runs.cancel(run.id);
  expect(new Set((await Promise.all(waits)).map(({ state }) => state))).toEqual(new Set(['cancelled']));
});

describe('the ledger of a job', () => {
  it('says of each instant what came of it, and neighbours for which nothing was started share a row', async () => {
    const job = await world.job('own');
    await world.runyard.jobs.update(job, { schedule: { cron: '* * * * *' } });
    await world.clock.advance(60_000);
    await world.runyard.jobs.pause(job);
    await world.clock.advance(180_000);
    await world.runyard.jobs.update(job, { schedule: null });
    const { body } = await world.call('GET', `/jobs/${job}/occurrences`, { token });
    const [paused, ran] = body.occurrences;
    expect(paused).toMatchObject({ reason: 'paused', run_id: null });
    expect(paused.count).toBeGreaterThanOrEqual(2);
    expect(ran).toMatchObject({ reason: null, count: 1, run_id: expect.any(String) });
    const before = encodeURIComponent(ran.to);
    const touching = await world.call('GET', `/jobs/${job}/occurrences?to=${before}`, { token });
    expect(touching.body.occurrences).toEqual([ran]);
  });
});

import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import type { Store } from '../src/ports/store.ts';
import { exits, type Script } from '../src/testing/scripted-executor/behaviour.ts';
import { type TestRunyard, testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { keys, type Notified, notified } from './support/notified.ts';

const second = 1000;
const minute = 60 * second;

/** Ends with this code after so many seconds. */
const script: Script = ({ env }) => exits(Number(env.CODE), { runMs: Number(env.SECONDS) * second });

const start = async ({ runyard, events }: TestRunyard, job: string, [code, seconds]: [number, number]) => {
  const env = { CODE: String(code), SECONDS: String(seconds) };
  const { id } = await runyard.jobs.start(job, { env });
  await events.waitFor('run.running', ({ run }) => run.id === id);
  return id;
};

/** Starts them one after the other, waits for all, and gives their ids. */
const together = async (n: Notified, job: string, runs: readonly [code: number, seconds: number][]) => {
  const ids: string[] = [];
  for (const run of runs) ids.push(await start(n.t, job, run));
  for (const id of ids) await n.ended(id);
  return ids;
};

/** Which runs were told, and as what, once nothing more comes. */
const told = async (n: Notified): Promise<[string, string][]> => {
  await n.t.clock.advance(minute);
  return n.receiver.received.map(({ body }) => [body.event.replace('run.', ''), body.run.id]);
};

describe('a recovery follows the run of its job that ended before it, whichever was started first', () => {
  it('an older run that fails after a younger one has succeeded: the next success is the recovery', async () => {
    await using n = await notified({ script });
    await n.webhook();
    const job = await n.job();
    const [older] = await together(n, job, [
      [1, 20],
      [0, 5],
    ]);
    const [next] = await together(n, job, [[0, 0]]);
    await n.receiver.count(2);
    expect(await told(n)).toEqual([
      ['last-failure', older],
      ['recovered', next],
    ]);
  });

  it('an older run that succeeds after a younger one has failed: it is the recovery, and the next success is none', async () => {
    await using n = await notified({ script });
    await n.webhook();
    const job = await n.job();
    const [older, younger] = await together(n, job, [
      [0, 20],
      [1, 5],
    ]);
    await together(n, job, [[0, 0]]);
    await n.receiver.count(2);
    expect(await told(n)).toEqual([
      ['last-failure', younger],
      ['recovered', older],
    ]);
  });

  it('of runs that succeed at the same time after a failure one is the recovery', async () => {
    await using n = await notified({ script });
    await n.webhook({ on: ['run.recovered'] });
    const job = await n.job();
    await together(n, job, [[1, 0]]);
    await together(n, job, [
      [0, 5],
      [0, 5],
      [0, 6],
      [0, 5],
    ]);
    await n.receiver.count(1);
    expect(await told(n)).toHaveLength(1);
  });

  it('of runs whose beginning and end are written together too, and nothing of the others is lost', async () => {
    await using n = await notified({ store: memoryStore(), script });
    await n.webhook({ on: ['run.recovered'] });
    const { runyard } = n.t;
    const job = await n.job();
    await together(n, job, [[1, 0]]);
    const env = { CODE: '0', SECONDS: '0' };
    const started = await Promise.all([1, 2, 3, 4, 5, 6].map(() => runyard.jobs.start(job, { env })));
    const runs = [];
    for (const { id } of started) runs.push(await n.ended(id));
    for (const run of runs) expect(run).toMatchObject({ state: 'succeeded', startedAt: expect.any(Number) });
    await n.receiver.count(1);
    expect(await told(n)).toHaveLength(1);
  });
});

/** The same store, whose reads of how a job stands are answered when so many have asked. */
const meeting = (store: Store, count: { wanted: number }): Store => {
  let asked = 0;
  const all = Promise.withResolvers<void>();
  const document: Store['document'] = async (kind, id) => {
    const found = await store.document(kind, id);
    if (kind !== 'failing' || count.wanted === 0) return found;
    if (++asked >= count.wanted) all.resolve();
    await all.promise;
    return found;
  };
  return { ...store, document };
};

it('of two instances that each end a successful run after a failure one tells the recovery', async () => {
  const count = { wanted: 0 };
  const store = meeting(memoryStore(), count);
  await using n = await notified({ store, script });
  const { clock } = n.t;
  await using beside = await testRunyard({
    store,
    script,
    clock,
    encryptionKeys: keys,
    webhooks: { allowPrivate: true },
  });
  await n.webhook();
  await clock.advance(minute);
  const job = await n.job();
  const [failed] = await together(n, job, [[1, 0]]);
  count.wanted = 2;
  const runs = [await start(n.t, job, [0, 5]), await start(beside, job, [0, 5])];
  for (const id of runs) await n.ended(id);
  await n.receiver.count(2);
  expect(await told(n)).toEqual([
    ['last-failure', failed],
    ['recovered', expect.toBeOneOf(runs)],
  ]);
});

describe('whoever listened when a job failed is told of its recovery', () => {
  it('a webhook that was made after the failure is told of none', async () => {
    await using n = await notified({ script });
    const { id: before } = await n.webhook();
    const job = await n.job();
    await together(n, job, [[1, 0]]);
    await n.delivery(before, 'delivered');
    const { id } = await n.webhook();
    await together(n, job, [[0, 0]]);
    await n.receiver.count(2);
    await told(n);
    expect((await n.deliveries(before)).map(({ event }) => event)).toEqual(['run.recovered', 'run.last-failure']);
    expect(await n.deliveries(id)).toEqual([]);
  });

  it('one that was disabled while the job succeeded is told by the first success after it was enabled', async () => {
    await using n = await notified({ script });
    const { id } = await n.webhook();
    const { id: other } = await n.webhook({ on: ['run.recovered'] });
    const job = await n.job();
    await together(n, job, [[1, 0]]);
    await n.delivery(id, 'delivered');
    await n.t.runyard.webhooks.update(id, { enabled: false });
    const [first] = await together(n, job, [[0, 0]]);
    await n.delivery(other, 'delivered');
    await n.t.runyard.webhooks.update(id, { enabled: true });
    const [second] = await together(n, job, [[0, 0]]);
    await together(n, job, [[0, 0]]);
    await n.receiver.count(3);
    expect((await told(n)).slice(1)).toEqual([
      ['recovered', first],
      ['recovered', second],
    ]);
  });

  it('nothing is kept of it where nobody listens, once all were told or are gone, and once its job is forgotten', async () => {
    const store = memoryStore();
    await using n = await notified({ store, script });
    const { runyard, clock } = n.t;
    const failing = async () => (await store.documents({ kind: 'failing', limit: 10 })).items;
    const job = await n.job({ retention: { maxAgeMs: minute } });
    await together(n, job, [[1, 0]]);
    expect(await failing()).toEqual([]);
    const { id: gone } = await n.webhook();
    const { id } = await n.webhook();
    await together(n, job, [[1, 0]]);
    await together(n, job, [[1, 0]]);
    expect(await failing()).toMatchObject([{ id: job, data: { owed: [gone, id] } }]);
    await runyard.webhooks.remove(gone);
    await together(n, job, [[0, 0]]);
    expect(await failing()).toEqual([]);
    await together(n, job, [[1, 0]]);
    await runyard.jobs.remove(job);
    expect(await failing()).toHaveLength(1);
    await clock.advance(25 * minute);
    await expect.poll(failing).toEqual([]);
  });
});

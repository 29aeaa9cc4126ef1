import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { exits, hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { keys, notified } from './support/notified.ts';
import { signatureBySpec } from './support/webhook-receiver.ts';

const minute = 60_000;
const events = (received: { body: { event: string } }[]): string[] => received.map(({ body }) => body.event);

describe('what people are told of', () => {
  it('the last failure of a run is told, signed as the specification says, and holds nothing of its environment', async () => {
    await using n = await notified({ publicUrl: 'https://ops.example.com/api/' });
    const { id, secret } = await n.webhook();
    const job = await n.job({ env: { PASSWORD: 'hunter2hunter2' } });
    n.code = 3;
    const run = await n.run(job);
    const [one] = await n.receiver.count(1);
    expect(one?.headers['webhook-signature']).toBe(one && signatureBySpec(one, secret));
    expect(one?.headers['webhook-timestamp']).toBe(String(Math.floor(n.t.clock.now() / 1000)));
    expect(one?.body).toMatchObject({
      id: one?.headers['webhook-id'],
      event: 'run.last-failure',
      at: '2024-01-01T00:00:00+00:00',
      installation: expect.stringMatching(/^[0-9a-f]{32}$/),
      job: { id: job, name: 'nightly', owner: 'user:system' },
      run: {
        id: run.id,
        state: 'failed',
        reason: 'exit-code',
        sentence: run.sentence,
        trigger: 'manual',
        created_at: '2024-01-01T00:00:00+00:00',
        ended_at: '2024-01-01T00:00:00+00:00',
        attempts: 1,
        url: `https://ops.example.com/api/runs/${run.id}`,
      },
      subject: 'nightly failed (exit-code)',
    });
    expect(one?.text).not.toContain('hunter2');
    expect(await n.delivery(id, 'delivered')).toMatchObject({
      notificationId: one?.body.id,
      event: 'run.last-failure',
      attempts: 1,
      status: 200,
      answer: 'thanks',
      sentence: null,
      nextAt: null,
    });
  });

  it('a failure that is tried again is told only when no retry is left', async () => {
    await using n = await notified();
    const { id } = await n.webhook();
    const job = await n.job({ backoff: { limit: 1 } });
    n.code = 1;
    const { id: run } = await n.t.runyard.jobs.start(job);
    await n.t.events.waitFor('run.queued', ({ run: { attempt } }) => attempt === 1);
    expect(await n.deliveries(id)).toEqual([]);
    await n.ended(run);
    const [one] = await n.receiver.count(1);
    expect(one?.body.run.attempts).toBe(2);
  });

  it('a success after a failure is a recovery, and one after a success is not; what was cancelled between them does not count', async () => {
    await using n = await notified({ script: ({ env }) => (env.HANG ? hangs() : exits(Number(env.CODE))) });
    await n.webhook({ on: ['run.recovered'] });
    const { runyard, clock } = n.t;
    const job = await n.job();
    const run = async (env: Record<string, string>) =>
      clock.settled(runyard.runs.wait((await runyard.jobs.start(job, { env })).id));
    await run({ CODE: '0' });
    await run({ CODE: '1' });
    const hung = await runyard.jobs.start(job, { env: { HANG: '1' } });
    await n.t.events.waitFor('run.running', ({ run: { id } }) => id === hung.id);
    await runyard.runs.cancel(hung.id);
    await n.ended(hung.id);
    const recovered = await run({ CODE: '0' });
    await run({ CODE: '0' });
    const received = await n.receiver.count(1);
    expect(received[0]?.body).toMatchObject({ event: 'run.recovered', run: { id: recovered.id, state: 'succeeded' } });
    await clock.advance(minute);
    expect(n.receiver.received).toHaveLength(1);
  });

  it('runs that were cancelled, replaced or skipped are told of to nobody', async () => {
    await using n = await notified({ script: () => hangs() });
    const { id } = await n.webhook();
    const { runyard, clock, events: seen } = n.t;
    const job = await n.job({ concurrencyPolicy: 'Forbid', schedule: { cron: '* * * * *' } });
    const first = await runyard.jobs.start(job);
    await seen.waitFor('run.running');
    await clock.advance(minute);
    await seen.waitFor('run.skipped');
    await runyard.runs.cancel(first.id);
    await n.ended(first.id);
    expect(await n.deliveries(id)).toEqual([]);
    expect(n.receiver.received).toEqual([]);
  });

  it('a run that was never started within its deadline failed too', async () => {
    await using n = await notified({ limits: { launches: 1 }, script: () => hangs({ prepareMs: 3_600_000 }) });
    await n.webhook({ on: ['run.last-failure'] });
    const job = await n.job();
    await n.t.runyard.jobs.start(job);
    const late = await n.t.runyard.jobs.start(await n.job({ name: 'late', limits: { startMs: minute } }));
    await n.ended(late.id);
    const [one] = await n.receiver.count(1);
    expect(one?.body).toMatchObject({ job: { name: 'late' }, run: { reason: 'start-deadline', attempts: 0 } });
  });

  it('instants that were missed are told once for their range; those that a later run stands for are not', async () => {
    await using n = await notified();
    await n.webhook({ on: ['occurrences.missed'] });
    await n.job({ schedule: { cron: '* * * * *', missed: { rule: 'skip', windowMs: 3_600_000, cap: 10 } } });
    await n.job({ name: 'latest', schedule: { cron: '* * * * *' } });
    const begin = n.t.clock.now();
    // The machine was asleep.
    n.t.clock.set(begin + 30 * minute);
    await n.t.clock.advance(2 * minute);
    const received = await n.receiver.count(1);
    expect(received[0]?.body).toMatchObject({
      event: 'occurrences.missed',
      job: { name: 'nightly' },
      run: null,
      missed: { from: '2024-01-01T00:01:00+00:00', reasons: ['missed-skipped'] },
    });
    expect(received[0]?.body.missed.count).toBeGreaterThan(25);
  });

  it('a run that waits for long is told of once, with what it waits for; one that waits out its backoff is not', async () => {
    await using n = await notified({
      script: ({ spec }) =>
        spec.command === 'fail'
          ? exits(1)
          : hangs({ waiting: { ms: 10 * 3_600_000, sentence: '0/5 nodes are available' } }),
    });
    const { id } = await n.webhook({ on: ['run.waiting-long'] });
    await n.job({ name: 'other' });
    const job = await n.job();
    const failing = await n.job({
      name: 'failing',
      command: 'fail',
      backoff: { limit: 1, initialMs: 3_600_000, maxMs: 3_600_000 },
    });
    await n.t.runyard.jobs.start(failing);
    const { id: run } = await n.t.runyard.jobs.start(job);
    await expect.poll(async () => (await n.t.runyard.runs.get(run)).sentence).toContain('0/5 nodes');
    await n.t.clock.advance(14 * minute);
    expect(await n.deliveries(id)).toEqual([]);
    await n.t.clock.advance(2 * minute);
    const [one] = await n.receiver.count(1);
    expect(one?.body).toMatchObject({
      event: 'run.waiting-long',
      waiting_since: '2024-01-01T00:00:00+00:00',
      run: { id: run, state: 'starting', sentence: expect.stringContaining('0/5 nodes are available') },
    });
    await n.delivery(id, 'delivered');
    await n.t.clock.advance(20 * minute);
    expect(await n.deliveries(id)).toHaveLength(1);
  });
});

it('that a run waits for long is told once by all the instances of a store, also by those that come later', async () => {
  const store = memoryStore();
  const script = () => hangs({ waiting: { ms: 36_000_000, sentence: 'no node' } });
  await using n = await notified({ store, script });
  const { id } = await n.webhook({ on: ['run.waiting-long'] });
  const rest = { store, script, clock: n.t.clock, encryptionKeys: keys, webhooks: { allowPrivate: true } };
  await using beside = await testRunyard(rest);
  await n.t.runyard.jobs.start(await n.job());
  await n.t.clock.advance(16 * minute);
  await n.delivery(id, 'delivered');
  await using later = await testRunyard(rest);
  await n.t.clock.advance(2 * minute);
  for (const { runyard } of [n.t, beside, later]) expect((await runyard.webhooks.deliveries(id)).items).toHaveLength(1);
  expect(n.receiver.received).toHaveLength(1);
});

it('a webhook hears of its events, of its job and of its owner, and of nothing once it is disabled', async () => {
  await using n = await notified();
  n.code = 1;
  const other = await n.job({ name: 'other' });
  const job = await n.job();
  const theirs = await n.job({ owner: 'user:ann' });
  const { id } = await n.webhook({ jobId: job });
  await n.webhook({ on: ['run.recovered'] });
  await n.run(other);
  await n.run(theirs);
  const run = await n.run(job);
  expect((await n.receiver.count(1))[0]?.body.run.id).toBe(run.id);
  await n.t.runyard.webhooks.update(id, { enabled: false });
  await n.run(job);
  await n.delivery(id, 'delivered');
  expect(await n.deliveries(id)).toHaveLength(1);
  expect(events(n.receiver.received)).toEqual(['run.last-failure']);
});

it('a ping is sent at once, and tells what the receiver answered', async () => {
  await using n = await notified();
  const { id, secret } = await n.webhook();
  expect(await n.t.runyard.webhooks.test(id)).toMatchObject({ delivered: true, status: 200, answer: 'thanks' });
  const [one] = n.receiver.received;
  expect(one?.body).toMatchObject({ event: 'ping', job: null, run: null });
  expect(one?.headers['webhook-signature']).toBe(one && signatureBySpec(one, secret));
  n.receiver.answer((response) => response.writeHead(500).end('no'));
  expect(await n.t.runyard.webhooks.test(id)).toMatchObject({ delivered: false, status: 500, answer: 'no' });
  expect((await n.deliveries(id)).map(({ event, state }) => [event, state])).toEqual([
    ['ping', 'failed'],
    ['ping', 'delivered'],
  ]);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import { RunyardError } from '../src/domain/errors.ts';
import type { Store } from '../src/ports/store.ts';
import { exits } from '../src/testing/scripted-executor/behaviour.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { keys, notified } from './support/notified.ts';
import { signatureBySpec, webhookReceiver } from './support/webhook-receiver.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const delays = [5 * second, 30 * second, 2 * minute, 10 * minute, hour, 3 * hour, 6 * hour];

it('what does not arrive is sent again after growing delays, under the same id, and given up after eight attempts', async () => {
  await using n = await notified();
  const { id, secret } = await n.webhook({ on: ['run.last-failure'] });
  n.receiver.answer((response) => response.writeHead(500).end('busy'));
  n.code = 1;
  await n.run(await n.job());
  await n.receiver.count(1);
  for (const [i, delay] of delays.entries()) {
    const { lastAt, nextAt, status, answer, sentence } = await n.delivery(id, 'pending', i + 1);
    expect({ status, answer, sentence }).toEqual({
      status: 500,
      answer: 'busy',
      sentence: 'The receiver answered 500.',
    });
    const waits = (nextAt ?? 0) - (lastAt ?? 0);
    expect(waits).toBeGreaterThanOrEqual(delay);
    expect(waits).toBeLessThan(delay * 1.2 + second);
    await n.t.clock.advanceTo((nextAt ?? 0) - 2);
    expect(n.receiver.received).toHaveLength(i + 1);
    await n.askedAt(nextAt ?? 0, i + 2);
  }
  await n.delivery(id, 'given-up', 8);
  await n.t.clock.advance(hour);
  expect(n.receiver.received).toHaveLength(8);
  const headers = n.receiver.received.map((one) => one.headers);
  expect(new Set(headers.map((one) => one['webhook-id'])).size).toBe(1);
  expect(new Set(headers.map((one) => one['webhook-timestamp'])).size).toBe(8);
  for (const one of n.receiver.received) expect(one.headers['webhook-signature']).toBe(signatureBySpec(one, secret));
});

it('a receiver that was down gets what it missed when it is up again', async () => {
  await using n = await notified();
  const { id } = await n.webhook();
  await n.receiver.down();
  n.code = 1;
  const run = await n.run(await n.job());
  const down = await n.delivery(id, 'pending', 1);
  expect(down).toMatchObject({ status: null, sentence: expect.stringContaining('ECONNREFUSED') });
  expect(down.sentence).not.toContain(new URL(n.receiver.url).port);
  await n.receiver.up();
  await n.askedAt(down.nextAt ?? 0, 1);
  expect(n.receiver.received[0]?.body.run.id).toBe(run.id);
  expect(await n.delivery(id, 'delivered', 2)).toMatchObject({ notificationId: down.notificationId });
});

it('a receiver that does not answer is waited for ten seconds', async () => {
  await using n = await notified();
  const { id } = await n.webhook();
  n.receiver.answer(() => {});
  n.code = 1;
  await n.run(await n.job());
  await n.receiver.count(1);
  await n.t.clock.advance(9_900);
  expect(await n.deliveries(id)).toMatchObject([{ state: 'pending', attempts: 0 }]);
  await n.t.clock.advance(100);
  expect(await n.delivery(id, 'pending', 1)).toMatchObject({
    status: null,
    ms: 10_000,
    sentence: 'no answer within 10 s',
  });
});

it.each([
  [200, 'delivered', null],
  [503, 'pending', 'The receiver answered 503.'],
] as const)(
  'a receiver that answers %i and does not end its answer has answered so',
  async (status, state, sentence) => {
    await using n = await notified();
    const { id } = await n.webhook();
    const closed = Promise.withResolvers<void>();
    n.receiver.answer((response) => {
      response.on('close', closed.resolve).writeHead(status).flushHeaders();
      // Behind the status, which comes alone.
      setTimeout(() => response.write('so far'), 50);
    });
    n.code = 1;
    await n.run(await n.job());
    expect(await n.delivery(id, state, 1)).toMatchObject({ status, answer: 'so far', sentence });
    await closed.promise;
  },
);

it('410 disables the webhook and gives up', async () => {
  await using n = await notified();
  const { id } = await n.webhook();
  n.receiver.answer((response) => response.writeHead(410).end());
  n.code = 1;
  const job = await n.job();
  await n.run(job);
  await n.delivery(id, 'given-up', 1);
  expect(await n.t.runyard.webhooks.get(id)).toMatchObject({
    enabled: false,
    disabledBecause: expect.stringContaining('410'),
  });
  await n.run(job);
  expect(await n.deliveries(id)).toHaveLength(1);
  const { items } = await n.t.runyard.audit.list({ action: 'webhook.disabled' });
  expect(items).toMatchObject([{ by: { id: 'system' }, subject: { id } }]);
  expect(await n.t.runyard.webhooks.update(id, { enabled: true })).toMatchObject({
    enabled: true,
    disabledBecause: null,
  });
});

it('a redirect is not followed', async () => {
  await using n = await notified();
  const { id } = await n.webhook();
  n.receiver.answer((response) => response.writeHead(302, { location: n.receiver.url.replace('hook', 'other') }).end());
  const sentence = expect.stringContaining('redirects are not followed');
  expect(await n.t.runyard.webhooks.test(id)).toMatchObject({ delivered: false, status: 302, sentence });
  expect(n.receiver.received).toHaveLength(1);
});

it('an address of this machine or of a private network is asked only where the host allows it', async () => {
  await using n = await notified({ webhooks: {} });
  const { id } = await n.webhook();
  const port = new URL(n.receiver.url).port;
  const hosts = [
    '127.0.0.1',
    'localhost',
    '[::ffff:127.0.0.1]',
    '[::1]',
    '2130706433',
    '10.0.0.1',
    '169.254.169.254',
    '0.0.0.0',
  ];
  for (const host of hosts) {
    await n.t.runyard.webhooks.update(id, { url: `http://${host}:${port}/hook` });
    expect(await n.t.runyard.webhooks.test(id), host).toMatchObject({
      delivered: false,
      status: null,
      answer: null,
      sentence: expect.stringContaining('allowPrivate'),
    });
  }
  // Else whoever makes webhooks could ask for the addresses that names of this network have.
  await n.t.runyard.webhooks.update(id, { url: `http://localhost:${port}/hook` });
  expect((await n.t.runyard.webhooks.test(id)).sentence).not.toMatch(/127\.0\.0\.1|::1/);
  expect(n.receiver.received).toEqual([]);
});

it('of an answer no more than 1 KiB is read, and of a sentence no more than 2000 characters are sent', async () => {
  const outcome = { class: 'start-failed', reason: 'image-pull', sentence: 'x'.repeat(100_000) } as const;
  await using n = await notified({ script: () => ({ outcome }) });
  const { id } = await n.webhook();
  const closed = Promise.withResolvers<void>();
  n.receiver.answer((response) => {
    response.on('close', closed.resolve).writeHead(200);
    response.write('y'.repeat(100_000));
  });
  await n.run(await n.job());
  const { answer, status } = await n.delivery(id, 'delivered');
  expect(status).toBe(200);
  expect(answer).toBe('y'.repeat(1024));
  // Although it has not said all that it wanted to.
  await closed.promise;
  expect(n.receiver.received[0]?.body.run.sentence).toHaveLength(2000);
});

it('after a rotation the old secret signs too until the overlap is over', async () => {
  await using n = await notified();
  const { id, secret } = await n.webhook();
  const given = 'a passphrase of some length';
  const { secret: next, view } = await n.t.runyard.webhooks.rotateSecret(id, { secret: given, overlapMs: minute });
  expect(next).toBe(`whsec_${Buffer.from(given).toString('base64')}`);
  expect(view.oldSecretUntil).toBe(n.t.clock.now() + minute);
  await n.t.runyard.webhooks.test(id);
  await n.t.clock.advance(minute);
  await n.t.runyard.webhooks.test(id);
  const [first, second] = n.receiver.received;
  if (!first || !second) throw new Error('two were sent');
  expect(first.headers['webhook-signature']).toBe(`${signatureBySpec(first, next)} ${signatureBySpec(first, secret)}`);
  expect(second.headers['webhook-signature']).toBe(signatureBySpec(second, next));
  expect((await n.t.runyard.webhooks.get(id)).oldSecretUntil).toBe(null);
});

it('killed between the request and its record, it is sent again under the same id', async () => {
  await using receiver = await webhookReceiver();
  const file = await mkdtemp(`${tmpdir()}/runyard-killed-`);
  const dying: { store: Store | null } = { store: null };
  const store = (host: Parameters<ReturnType<typeof sqliteStore>>[0]): Store => {
    const opened = sqliteStore({ file: `${file}/runyard.db` })(host);
    const { commit } = opened;
    // From the moment that it was sent this host writes down nothing any more.
    opened.commit = async (batches) => {
      if (dying.store === opened && receiver.received.length > 0)
        throw new RunyardError('store-unavailable', 'This host is dead.');
      return commit(batches);
    };
    dying.store ??= opened;
    return opened;
  };
  const options = { store, encryptionKeys: keys, webhooks: { allowPrivate: true }, script: () => exits(1) };
  try {
    let webhook = '';
    {
      await using t = await testRunyard(options);
      webhook = (await t.runyard.webhooks.create({ url: receiver.url, on: ['run.last-failure'] })).view.id;
      const job = await t.runyard.jobs.create({ name: 'nightly', command: 'x' });
      await t.runyard.jobs.start(job.id);
      await receiver.count(1);
      await t.events.waitFor('error', ({ sentence }) => sentence.includes('could not be recorded'));
    }
    await using t = await testRunyard(options);
    const [one, again] = await receiver.count(2);
    expect(again?.headers['webhook-id']).toBe(one?.headers['webhook-id']);
    expect(again?.text).toBe(one?.text);
    const newest = async () => (await t.runyard.webhooks.deliveries(webhook)).items;
    await expect.poll(newest).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  } finally {
    await rm(file, { recursive: true });
  }
});

it('closing waits for nobody who is being told, and the next host tells them', async () => {
  await using receiver = await webhookReceiver();
  const folder = await mkdtemp(`${tmpdir()}/runyard-closing-`);
  const called: string[] = [];
  const options = {
    store: sqliteStore({ file: `${folder}/runyard.db` }),
    encryptionKeys: keys,
    webhooks: { allowPrivate: true },
    script: () => exits(1),
    notify: async ({ id }: { id: string }): Promise<void> => {
      called.push(id);
      if (called.length === 1) await new Promise(() => {});
    },
  };
  try {
    // Neither answers, and no clock goes on that would end the waiting.
    receiver.answer(() => {});
    {
      await using t = await testRunyard(options);
      await t.runyard.webhooks.create({ url: receiver.url, on: ['run.last-failure'] });
      const job = await t.runyard.jobs.create({ name: 'nightly', command: 'x' });
      await t.runyard.jobs.start(job.id);
      await receiver.count(1);
      await expect.poll(() => called.length).toBe(1);
      await t.runyard.close();
    }
    receiver.answer((response) => response.end());
    await using _ = await testRunyard(options);
    const [one, again] = await receiver.count(2);
    expect(again?.headers['webhook-id']).toBe(one?.headers['webhook-id']);
    await expect.poll(() => called.length).toBe(2);
    expect(called[1]).toBe(called[0]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('of two instances one sends; when it is gone the other does, once its lease is over', async () => {
  const store = memoryStore();
  await using n = await notified({ store });
  const { clock } = n.t;
  const { id } = await n.webhook({ on: ['run.last-failure'] });
  const job = await n.job();
  const held: (() => void)[] = [];
  n.receiver.answer((response) => held.push(() => response.end()));
  n.code = 1;
  const rest = { store, clock, encryptionKeys: keys, webhooks: { allowPrivate: true } };
  {
    // Its looks are five seconds behind those of the first.
    await clock.advance(5 * second);
    await using other = await testRunyard({ ...rest, script: () => exits(1) });
    await clock.advance(23 * second);
    await n.run(job);
    await n.receiver.count(1);
    // Both have looked at what is to be sent.
    await clock.advance(8 * second);
    expect(n.receiver.received).toHaveLength(1);
    for (const answer of held) answer();
    await n.delivery(id, 'delivered', 1);
    expect((await other.runyard.webhooks.deliveries(id)).items).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  }
  expect((await store.documents({ kind: 'outbox', limit: 10 })).items).toEqual([]);
  // One that is killed while it sends.
  await n.run(job);
  await n.receiver.count(2);
  await n.t.runyard.close();
  const [left] = (await store.documents({ kind: 'outbox', limit: 10 })).items;
  expect(left?.data).toMatchObject({ attempts: 0, lease: { until: clock.now() + 40 * second } });
  await using heir = await testRunyard(rest);
  await clock.advance(39 * second);
  expect(n.receiver.received).toHaveLength(2);
  n.receiver.answer((response) => response.end());
  await n.askedAt(clock.now() + second, 3);
  expect(n.receiver.received[2]?.headers['webhook-id']).toBe(n.receiver.received[1]?.headers['webhook-id']);
  const newest = async () => (await heir.runyard.webhooks.deliveries(id)).items[0];
  await expect.poll(newest).toMatchObject({ state: 'delivered' });
});

it('at most two requests go to one webhook at once, and sixteen in all', async () => {
  let open = 0;
  let most = 0;
  const byHost = new Map<string, number>();
  const held: (() => void)[] = [];
  const server = createServer((request, response) => {
    const host = request.headers.host ?? '';
    byHost.set(host, (byHost.get(host) ?? 0) + 1);
    most = Math.max(most, ++open);
    held.push(() => {
      open--;
      response.end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '0.0.0.0', done));
  const { port } = server.address() as AddressInfo;
  try {
    await using n = await notified();
    const ids: string[] = [];
    for (let i = 1; i <= 10; i++) ids.push((await n.webhook({ url: `http://127.0.0.${i}:${port}/` })).id);
    n.code = 1;
    const job = await n.job();
    for (let i = 0; i < 3; i++) await n.run(job);
    await expect.poll(() => held.length).toBe(16);
    expect(Math.max(...byHost.values())).toBe(2);
    let answered = 0;
    await expect
      .poll(() => {
        for (const answer of held.slice(answered)) answer();
        answered = held.length;
        return answered;
      })
      .toBe(30);
    expect(most).toBe(16);
    for (const id of ids) await n.delivery(id, 'delivered');
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

it('a webhook that hangs holds up no other one, not even behind the same host and port', async () => {
  await using n = await notified();
  const on = ['run.last-failure'] as const;
  const [hanging, busy, calm] = [await n.job({ name: 'a' }), await n.job({ name: 'b' }), await n.job({ name: 'c' })];
  const path = (name: string): string => n.receiver.url.replace('hook', name);
  const { id: late } = await n.webhook({ url: path('hang'), jobId: hanging, on: [...on] });
  const { id: ok } = await n.webhook({ url: path('ok'), jobId: calm, on: [...on] });
  const { id: slow } = await n.webhook({ url: path('slow'), jobId: busy, on: [...on] });
  const held: (() => void)[] = [];
  n.receiver.answer((response) => {
    if (response.req.url === '/ok') response.end();
    else held.push(() => response.end());
  });
  n.code = 1;
  for (let i = 0; i < 24; i++) await n.run(hanging);
  await n.receiver.count(2);
  await n.run(calm);
  await n.delivery(ok, 'delivered', 1);
  // Nobody has more than two of them, and four in all go to one host and port.
  for (let i = 0; i < 3; i++) await n.run(busy);
  await n.receiver.count(5);
  await n.run(calm);
  for (const answer of held) answer();
  await n.delivery(ok, 'delivered', 1);
  const places = n.receiver.received.map(({ body }) => body.job.name);
  expect(places.slice(0, 5)).toEqual(['a', 'a', 'c', 'b', 'b']);
  // Of those that waited then each is next in turn.
  expect(places.slice(5, 8).toSorted()).toEqual(['a', 'b', 'c']);
  expect(await n.deliveries(late)).toHaveLength(24);
  expect(await n.deliveries(slow)).toHaveLength(3);
});

it('what is sent for the first time is sent before what is sent again', async () => {
  await using n = await notified();
  const { id } = await n.webhook({ on: ['run.last-failure'] });
  n.receiver.answer((response) => response.writeHead(500).end());
  n.code = 1;
  const job = await n.job();
  for (let i = 0; i < 4; i++) await n.run(job);
  await n.receiver.count(4);
  await expect.poll(async () => (await n.deliveries(id)).every(({ attempts }) => attempts === 1)).toBe(true);
  const held: (() => void)[] = [];
  n.receiver.answer((response) => held.push(() => response.writeHead(500).end()));
  await n.t.clock.advance(10 * second);
  await n.receiver.count(6);
  const run = await n.run(job);
  held[0]?.();
  await n.receiver.count(7);
  expect(n.receiver.received[6]?.body.run.id).toBe(run.id);
});

it('a third request to one webhook waits for the first two', async () => {
  await using n = await notified();
  const { id } = await n.webhook({ on: ['run.last-failure'] });
  const held: (() => void)[] = [];
  n.receiver.answer((response) => held.push(() => response.end()));
  n.code = 1;
  const job = await n.job();
  for (let i = 0; i < 4; i++) await n.run(job);
  await n.receiver.count(2);
  // A ping is counted by nobody; by then what could be sent was.
  const ping = n.t.runyard.webhooks.test(id);
  await n.receiver.count(3);
  expect(n.receiver.received.map(({ body }) => body.event)).toEqual(['run.last-failure', 'run.last-failure', 'ping']);
  expect((await n.deliveries(id)).filter(({ attempts }) => attempts === 0)).toHaveLength(4);
  n.receiver.answer((response) => response.end());
  for (const answer of held) answer();
  await ping;
  await n.receiver.count(5);
});

it('deliveries are forgotten after thirty days', async () => {
  const store = memoryStore();
  await using n = await notified({ store });
  const { id } = await n.webhook();
  await n.t.runyard.webhooks.test(id);
  const [young] = (await store.documents({ kind: 'delivery', limit: 1 })).items;
  if (!young) throw new Error('the ping is recorded');
  const old = 'a'.repeat(32);
  const createdAt = n.t.clock.now() - 30 * 24 * hour - 1;
  await store.commit([[{ kind: 'document.insert', document: { ...young, id: old, name: old, createdAt } }]]);
  // In the order in which they were made, which is not when they say.
  await store.commit([[{ kind: 'document.remove', documentKind: 'delivery', id: young.id }]]);
  await store.commit([[{ kind: 'document.insert', document: young }]]);
  await n.t.clock.advance(2 * minute);
  expect((await n.deliveries(id)).map((one) => one.id)).toEqual([young.id]);
});

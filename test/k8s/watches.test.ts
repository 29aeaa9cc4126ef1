import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { startApiServer } from '../engines/k8s/api-server.ts';
import { type Asker, askerFor, type Frame } from '../engines/k8s/ask.ts';
import type { Faults } from '../engines/k8s/cluster.ts';

const jobs = '/apis/batch/v1/namespaces/default/jobs';

describe('a watch', () => {
  test('without a version begins with what stands there, and says where that ends', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    await create(ask, 'a');
    const frames = await all(await ask.watch(`${jobs}?watch=1&allowWatchBookmarks=true&timeoutSeconds=1`));
    expect(frames.map(shape)).toEqual(['ADDED a', 'BOOKMARK']);
    expect(frames[1]?.object).toEqual({
      kind: 'Job',
      apiVersion: 'batch/v1',
      metadata: {
        resourceVersion: frames[0]?.object.metadata.resourceVersion,
        annotations: { 'k8s.io/initial-events-end': 'true' },
      },
      spec: { template: { metadata: {}, spec: { containers: null } } },
      status: {},
    });
  });

  test('from a version tells what came after it, each write once and in order', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    const { body: first } = await create(ask, 'a');
    await create(ask, 'b');
    const watch = await ask.watch(`${jobs}?watch=1&resourceVersion=${first.metadata.resourceVersion}`);
    await patch(ask, 'a', { spec: { suspend: false } });
    await patch(ask, 'a', { spec: { suspend: false } });
    await ask('DELETE', `${jobs}/b`, { propagationPolicy: 'Background' });
    expect((await take(watch, 3)).map(shape)).toEqual(['ADDED b', 'MODIFIED a', 'DELETED b']);
  });

  test('sends bookmarks now and then, and shortly before it ends', async () => {
    await using server = await startApiServer({ bookmarkMs: 50 });
    const ask = askerFor(server.kubeConfig());
    const often = await ask.watch(`${jobs}?watch=1&allowWatchBookmarks=true&resourceVersion=${await version(ask)}`);
    expect((await take(often, 2)).map(shape)).toEqual(['BOOKMARK', 'BOOKMARK']);

    await using slow = await startApiServer({ watchTimeoutMs: 1100 });
    const asker = askerFor(slow.kubeConfig());
    const ending = await asker.watch(
      `${jobs}?watch=1&allowWatchBookmarks=true&resourceVersion=${await version(asker)}`,
    );
    expect((await all(ending)).map(shape)).toEqual(['BOOKMARK']);
  });

  test('takes an object that leaves its selection for deleted, and one that comes back for added', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    const { body: job } = await create(ask, 'a', { mine: 'yes' });
    const watch = await ask.watch(
      `${jobs}?watch=1&labelSelector=mine%3Dyes&resourceVersion=${job.metadata.resourceVersion}`,
    );
    const { body: left } = await patch(ask, 'a', { metadata: { labels: { mine: 'no' } } });
    await patch(ask, 'a', { metadata: { labels: { mine: 'yes' } } });
    const [gone, back] = await take(watch, 2);
    expect([gone, back].map(shape)).toEqual(['DELETED a', 'ADDED a']);
    // As it was when it was last in the selection, at the version at which it left.
    expect(gone?.object.metadata).toMatchObject({
      labels: { mine: 'yes' },
      resourceVersion: left.metadata.resourceVersion,
    });
  });

  test('from a version that is forgotten is a 200 with one frame that says 410, a list is a 410', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    const old = await version(ask);
    await create(ask, 'a');
    server.compact();
    const [frame, ...more] = await all(await ask.watch(`${jobs}?watch=1&resourceVersion=${old}`));
    expect(frame).toMatchObject({ type: 'ERROR', object: { kind: 'Status', reason: 'Expired', code: 410 } });
    expect(more).toEqual([]);
    const listed = await ask('GET', `${jobs}?resourceVersion=${old}&resourceVersionMatch=Exact`);
    expect(listed).toMatchObject({ status: 410, body: { reason: 'Expired' } });
  });

  test('pages of a list show one moment, and an expired page token brings another one', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    for (const name of ['a', 'b', 'c']) await create(ask, name);
    const { body: first } = await ask('GET', `${jobs}?limit=2`);
    await ask('DELETE', `${jobs}/c`, { propagationPolicy: 'Background' });
    const { body: second } = await ask('GET', `${jobs}?limit=2&continue=${first.metadata.continue}`);
    expect(names(second)).toEqual(['c']);
    server.compact();
    const expired = await ask('GET', `${jobs}?limit=2&continue=${first.metadata.continue}`);
    expect(expired).toMatchObject({ status: 410, body: { reason: 'Expired' } });
    const { body: rest } = await ask('GET', `${jobs}?limit=2&continue=${expired.body.metadata.continue}`);
    expect(names(rest)).toEqual([]);
  });

  test('is cut by a fault behind or within a line, and what is missing can be asked for again', async () => {
    const faults: Faults = { random: seeded(7), cut: 0.5 };
    await using server = await startApiServer({ faults });
    const ask = askerFor(server.kubeConfig());
    let from = await version(ask);
    const seen: string[] = [];
    for (let count = 0; count < 20; count += 1) await create(ask, `job-${count}`);
    let cuts = 0;
    while (seen.length < 20) {
      const watch = await ask.watch(`${jobs}?watch=1&resourceVersion=${from}`);
      try {
        for await (const { object } of watch) {
          seen.push(object.metadata.name);
          from = object.metadata.resourceVersion;
          if (seen.length === 20) break;
        }
      } catch {}
      cuts += 1;
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, count) => `job-${count}`));
    expect(cuts).toBeGreaterThan(3);
  });

  test('breaks where the server is shut, and can begin again once it is open', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    const watch = await ask.watch(`${jobs}?watch=1&resourceVersion=${await version(ask)}`);
    await server.shut();
    await expect(take(watch, 1)).rejects.toThrow();
    await expect(ask('GET', jobs)).rejects.toThrow();
    await server.open();
    expect((await ask('GET', jobs)).status).toBe(200);
  });
});

describe('faults', () => {
  test.each([
    ['tooManyRequests', 429, 'Too many requests, please try again later.\n', '0'],
    ['unavailable', 503, 'service unavailable\n', null],
  ] as const)('%s answers text, and carries nothing out', async (fault, status, text, retryAfter) => {
    const faults: Faults = { random: () => 0, [fault]: 1, retryAfterSeconds: 0 };
    await using server = await startApiServer({ faults });
    const ask = askerFor(server.kubeConfig());
    const answer = await create(ask, 'a');
    expect(answer).toMatchObject({ status, body: text });
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
    expect(server.objects.list('jobs', 'default')).toEqual([]);
    expect(server.calls).toEqual([
      { verb: 'create', resource: 'jobs', namespace: 'default', status, user: expect.any(String) },
    ]);
  });

  test('answerLost carries the call out and breaks the connection', async () => {
    const faults: Faults = { random: () => 0, answerLost: 1 };
    await using server = await startApiServer({ faults });
    const ask = askerFor(server.kubeConfig());
    await expect(create(ask, 'a')).rejects.toThrow();
    expect(server.objects.list('jobs', 'default')).toHaveLength(1);
  });

  test('cutLogs breaks a followed log within a piece of it', async () => {
    const faults: Faults = { random: () => 0, cutLogs: 1 };
    await using server = await startApiServer({ faults });
    const ask = askerFor(server.kubeConfig());
    server.objects.create('pods', { metadata: { name: 'p' }, spec: { nodeName: 'n' } });
    server.readLog = async () => ({ status: 200, body: Readable.from(['first line\n', 'second line\n']) });
    await expect(ask('GET', '/api/v1/namespaces/default/pods/p/log?follow=true')).rejects.toThrow();
    faults.cutLogs = 0;
    const { body } = await ask('GET', '/api/v1/namespaces/default/pods/p/log?follow=true');
    expect(body).toBe('first line\nsecond line\n');
  });

  test('scrambled lists come in another order, with some items twice', async () => {
    const faults: Faults = { random: seeded(3) };
    await using server = await startApiServer({ faults });
    const ask = askerFor(server.kubeConfig());
    const made = Array.from({ length: 20 }, (_, count) => `job-${String(count).padStart(2, '0')}`);
    for (const name of made) await create(ask, name);
    expect(names((await ask('GET', jobs)).body)).toEqual(made);
    faults.scrambled = 1;
    const got = names((await ask('GET', jobs)).body);
    expect(got.length).toBeGreaterThan(made.length);
    expect(got).not.toEqual([...got].sort());
    expect([...new Set(got)].sort()).toEqual(made);
  });

  test('gone hits lists and watches that go back to a version', async () => {
    const faults: Faults = { random: () => 0, gone: 1 };
    await using server = await startApiServer({ faults });
    const ask = askerFor(server.kubeConfig());
    const from = await version(ask);
    expect((await ask('GET', `${jobs}?resourceVersion=${from}`)).status).toBe(410);
    const [frame] = await all(await ask.watch(`${jobs}?watch=1&resourceVersion=${from}`));
    expect(frame).toMatchObject({ type: 'ERROR', object: { code: 410 } });
  });
});

const create = (ask: Asker, name: string, labels: Record<string, string> = {}) =>
  ask('POST', jobs, {
    metadata: { name, labels },
    spec: {
      suspend: true,
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'a:1' }] } },
    },
  });

const patch = (ask: Asker, name: string, body: object) =>
  ask('PATCH', `${jobs}/${name}`, body, { contentType: 'application/merge-patch+json' });

const version = async (ask: Asker): Promise<string> => (await ask('GET', jobs)).body.metadata.resourceVersion;

const shape = (frame: Frame | undefined) => `${frame?.type} ${frame?.object.metadata.name ?? ''}`.trim();

const names = (list: { items: { metadata: { name: string } }[] }) => list.items.map(({ metadata }) => metadata.name);

async function all(watch: AsyncGenerator<Frame>): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of watch) frames.push(frame);
  return frames;
}

async function take(watch: AsyncGenerator<Frame>, count: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of watch) {
    frames.push(frame);
    if (frames.length === count) break;
  }
  return frames;
}

// mulberry32
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

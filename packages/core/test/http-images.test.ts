import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFailed } from '../src/domain/run/launch-errors.ts';
import { newLineQueue } from '../src/http/images/line-queue.ts';
import { buildLine } from '../src/http/schemas/images.ts';
import type { BuiltImage, ImageBuildOptions } from '../src/ports/image-builder.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { collect } from './support/collect.ts';
import { type HttpHost, httpHost, read } from './support/http-host.ts';
import { builtAlready, imageBuilder } from './support/image-builder.ts';

const wire = {
  tag: 'built:1',
  id: 'sha256:1',
  base: 'python:3',
  executor: 'builder',
  size_bytes: 2,
  created_at: '1970-01-01T00:00:00+00:00',
};
const lines = { accept: 'application/x-ndjson' };

let host: HttpHost;
let build: (options: ImageBuildOptions) => Promise<BuiltImage>;
beforeEach(async () => {
  build = async () => builtAlready;
  const engine = new ScriptedEngine({ clock: new ManualClock(), place: 'another' });
  const scripted = scriptedExecutor(engine, { name: 'builder' });
  const plain = scriptedExecutor(engine, { name: 'plain' });
  host = await httpHost(
    { keepAliveMs: 20 },
    { executors: { plain, builder: imageBuilder(scripted, (_, options) => build(options)) } },
  );
});
afterEach(() => host[Symbol.asyncDispose]());

const post = (body: object, headers: Record<string, string> = {}, query = '') =>
  read(host.call('POST', `/api/built_images${query}`, { body, headers }));
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map((line) => {
      // As the OpenAPI document has them, and nothing besides.
      expect(buildLine.parse(line)).toEqual(line);
      return line;
    });
const stuck = ({ signal }: ImageBuildOptions): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('a build over HTTP', () => {
  it('answers with the image when it is there, which can be found by its tag and in the list', async () => {
    expect(await post({ base: 'python:3', pip: ['numpy'] })).toMatchObject({ status: 200, body: wire });
    const get = async (path: string) => (await read(host.call('GET', path))).body;
    expect((await get('/api/built_images')).images[0]).toEqual(wire);
    expect(await get('/api/built_images/find?ref=built:1')).toEqual(wire);
    expect(await get('/api/built_images/find?ref=a/b:2')).toMatchObject({ code: 'image-not-found' });
  });

  it('is listed page by page, and by a key that is none is refused', async () => {
    const get = async (query: string) => (await read(host.call('GET', `/api/built_images?${query}`))).body;
    const first = await get('page_size=1');
    expect(first).toEqual({ images: [wire], next_key: expect.any(String) });
    const second = await get(`page_size=1&next_key=${first.next_key}`);
    expect(second).toMatchObject({ images: [{ tag: 'built:0' }], prev_key: expect.any(String) });
    expect(await get('next_key=nonsense')).toMatchObject({ code: 'invalid-request', field: 'next_key' });
  });

  it('as lines tells its log and its progress as they come, and ends with the image', async () => {
    const go = Promise.withResolvers<void>();
    build = async ({ log, onProgress }) => {
      log('Step 1');
      onProgress({ state: 'waiting', phase: 'image-build', at: 1 });
      await go.promise;
      return builtAlready;
    };
    const answer = await host.call('POST', '/api/built_images', { body: { base: 'a' }, headers: lines });
    expect(answer.headers.get('content-type')).toMatch('application/x-ndjson');
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const first = linesOf(new TextDecoder().decode((await reader.read()).value));
    expect(first[0]).toEqual({ type: 'log', text: 'Step 1' });
    go.resolve();
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read())
      rest += new TextDecoder().decode(part.value);
    const all = [...first, ...linesOf(rest)];
    expect(all.at(-1)).toEqual({ type: 'image', image: wire });
    expect(all).toContainEqual({
      type: 'progress',
      state: 'waiting',
      phase: 'image-build',
      sentence: null,
      at: '1970-01-01T00:00:00.001+00:00',
    });
  });

  it('says that it is alive where nothing else is said', async () => {
    const go = Promise.withResolvers<void>();
    build = () => go.promise.then(() => builtAlready);
    const answer = await host.call('POST', '/api/built_images', { body: { base: 'a' }, headers: lines });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    expect(linesOf(new TextDecoder().decode((await reader.read()).value))[0]).toEqual({ type: 'alive' });
    go.resolve();
    await reader.cancel();
  });

  it('that fails says why: by a status where nothing was said yet, else in the last line', async () => {
    build = async ({ log }) => {
      if (isLoud) log('Step 1');
      throw startFailed('image-build', 'It failed. no such package');
    };
    let isLoud = false;
    for (const headers of [{}, lines])
      expect(await post({ base: 'a' }, headers)).toMatchObject({
        status: 400,
        text: expect.stringContaining('image-build-failed'),
      });
    isLoud = true;
    const loud = await post({ base: 'a' }, lines);
    expect(loud.status).toBe(200);
    expect(linesOf(loud.text).at(-1)).toMatchObject({
      type: 'error',
      error: { code: 'image-build-failed', status: 400, detail: expect.stringContaining('no such package') },
    });
  });

  it('whose image cannot be told is a fault of the server, which goes on', async () => {
    build = async ({ log }) => {
      if (isLoud) log('Step 1');
      return { ...builtAlready, createdAt: Number.NaN };
    };
    let isLoud = false;
    for (const headers of [{}, lines]) expect(await post({ base: 'a' }, headers)).toMatchObject({ status: 500 });
    isLoud = true;
    const loud = await post({ base: 'a' }, lines);
    expect(linesOf(loud.text).at(-1)).toMatchObject({ type: 'error', error: { status: 500 } });
  });

  it.each([
    ['JSON', {}],
    ['lines', lines],
  ])('as %s is waited for no longer once its client is gone', async (_, headers) => {
    const begun = Promise.withResolvers<AbortSignal>();
    build = (options) => {
      options.log('Step 1');
      begun.resolve(options.signal);
      return stuck(options);
    };
    const leaving = new AbortController();
    const call = host.call('POST', '/api/built_images', { body: { base: 'a' }, headers, signal: leaving.signal });
    const signal = await begun.promise;
    const gone = new Promise((resolve) => signal.addEventListener('abort', resolve));
    leaving.abort();
    await call.then(({ body }) => body?.cancel()).catch(() => {});
    await gone;
  });

  it('is refused with the names that the caller wrote, and by executors that build none', async () => {
    expect(await post({ base: 'a', post_build: 7 })).toMatchObject({ status: 400, body: { field: 'post_build' } });
    expect((await post({ base: 'a' }, lines, '?executor=plain')).body.code).toBe('unsupported-by-executor');
    expect((await post({ base: 'a' }, {}, '?executor=none')).body.code).toBe('unknown-executor');
  });
});

it('a reader who is slow misses the oldest lines, and is told how many', async () => {
  const queue = newLineQueue();
  for (let i = 0; i < 5_000; i++) queue.push({ type: 'log', text: `line ${i}` });
  for (let i = 0; i < 5_000; i++)
    queue.push({ type: 'progress', state: 'waiting', phase: null, sentence: `${i}`, at: '' });
  queue.end({ type: 'image', image: wire });
  const read = await collect(queue.lines());
  expect(read[0]).toEqual({ type: 'left_out', lines: 5_002 - 1_000 });
  expect(read).toHaveLength(1_001);
  expect(read.slice(-3)).toEqual([
    { type: 'log', text: 'line 4999' },
    expect.objectContaining({ type: 'progress', sentence: '4999' }),
    { type: 'image', image: wire },
  ]);
});

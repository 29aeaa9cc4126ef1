import { systemClock } from '@runyard/core';
import { ManualClock, seededEntropy } from '@runyard/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Api } from '../src/api/api.ts';
import { connect } from '../src/api/connect.ts';
import { createEventShelf } from '../src/watch/event-shelf.ts';
import { readFrames } from '../src/watch/frames.ts';
import { inform } from '../src/watch/informer.ts';
import type { Hearing, Source } from '../src/watch/source.ts';
import { isNewer } from '../src/watch/version.ts';
import { passing } from './support/passing.ts';
import { json, type ScriptedServer, startScriptedServer } from './support/scripted-server.ts';

interface Thing {
  metadata: { uid: string; name: string; resourceVersion: string; creationTimestamp: string };
}

const thing = (uid: string, resourceVersion: string): Thing => ({
  metadata: { uid, name: uid, resourceVersion, creationTimestamp: '' },
});

const frame = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;

describe('frames', () => {
  async function* pieces(bytes: Uint8Array, size: number) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  const read = async (text: string, size: number): Promise<unknown[]> => {
    const all: unknown[] = [];
    for await (const frames of readFrames(pieces(Buffer.from(text), size))) all.push(...frames);
    return all;
  };

  it.each([1, 2, 3, 7, 1000])('come whole from pieces of %i bytes, cut anywhere', async (size) => {
    const text = frame('ADDED', { words: 'ünï→🎉' }) + frame('MODIFIED', { words: 'x\ny' });
    expect(await read(text, size)).toEqual([
      { type: 'ADDED', object: { words: 'ünï→🎉' } },
      { type: 'MODIFIED', object: { words: 'x\ny' } },
    ]);
  });

  it('are not told where the end cuts them off', async () => {
    const [whole, half] = [frame('ADDED', 1), frame('ADDED', 2).slice(0, -3)];
    expect(await read(whole + half, 5)).toEqual([{ type: 'ADDED', object: 1 }]);
  });
});

describe('versions', () => {
  it('are compared as numbers of any length; what is none counts as newer', () => {
    expect(isNewer('10', '9')).toBe(true);
    expect(isNewer('9', '10')).toBe(false);
    expect(isNewer('10', '10')).toBe(false);
    expect(isNewer('9007199254740993', '9007199254740992')).toBe(true);
    expect(isNewer('abc', '10')).toBe(true);
    expect(isNewer('abc', 'abc')).toBe(false);
  });
});

describe('events', () => {
  const eventOf = (about: string, uid: string, resourceVersion = '1') => ({
    ...thing(uid, resourceVersion),
    involvedObject: { uid: about },
    message: uid,
  });
  const many = (about: string, count: number) =>
    Array.from({ length: count }, (_, i) => eventOf(about, `${about}-${i}`));

  it('are kept up to 32 of an object, the last of them', () => {
    const shelf = createEventShelf(() => 2);
    const [first, ...rest] = many('a', 40);
    if (first) shelf.put(first);
    for (const [i, event] of rest.entries()) {
      shelf.put(event);
      if (first && i === 20) shelf.put({ ...first, metadata: { ...first.metadata, resourceVersion: '2' } });
    }
    const kept = shelf.of(['a']).map(({ message }) => message);
    expect(kept).toHaveLength(32);
    expect(kept).toContain('a-0');
    expect(kept).toContain('a-39');
    expect(kept).not.toContain('a-8');
  });

  it('are kept up to 5,000: those of strangers go first, then those told of longest ago; what is followed stays', () => {
    const shelf = createEventShelf((uid) => (uid.startsWith('followed') ? 2 : uid.startsWith('known') ? 1 : 0));
    const put = (name: string, objects: number): void => {
      for (let i = 0; i < objects; i++) for (const event of many(`${name}-${i}`, 10)) shelf.put(event);
    };
    const left = (name: string, objects: number) =>
      Array.from({ length: objects }, (_, i) => shelf.of([`${name}-${i}`]).length).filter((count) => count > 0).length;
    put('followed', 100);
    put('known', 100);
    put('stranger', 400);
    expect(left('followed', 100)).toBe(100);
    expect(left('known', 100)).toBe(100);
    expect(left('stranger', 400)).toBeLessThanOrEqual(300);
    expect(left('stranger', 400)).toBeGreaterThan(200);
    for (const event of many('known-0', 1))
      shelf.put({ ...event, metadata: { ...event.metadata, resourceVersion: '2' } });
    put('known-too', 330);
    expect(shelf.of(['known-0'])).toHaveLength(10);
    put('known-too', 500);
    expect(left('stranger', 400)).toBe(0);
    expect(left('followed', 100)).toBe(100);
    expect(left('known', 100)).toBeLessThan(100);
    expect(left('known-too', 500)).toBeGreaterThan(300);
    put('followed-too', 600);
    expect(left('followed', 100) + left('followed-too', 600)).toBe(700);
  });
});

describe('an informer', () => {
  let server: ScriptedServer;
  let api: Api;
  let clock: ManualClock;
  let stop: AbortController;
  let running: Promise<void>;
  const told: string[] = [];
  const hearings: Hearing[] = [];
  beforeEach(async () => {
    told.length = 0;
    hearings.length = 0;
    server = await startScriptedServer();
    clock = new ManualClock();
    stop = new AbortController();
    ({ api } = await connect({ kubeConfig: server.kubeConfig }, { clock, entropy: seededEntropy(3) }));
  });
  afterEach(async () => {
    stop.abort(new Error('over'));
    await running;
    api.close();
    await server[Symbol.asyncDispose]();
  });

  const source: Source<Thing> = {
    path: '/api/v1/namespaces/n/things',
    put: ({ metadata }) => void told.push(`${metadata.uid}@${metadata.resourceVersion}`),
    remove: ({ metadata }) => void told.push(`-${metadata.uid}`),
    settle: (version, named) => void told.push(`list@${version}: ${[...named]}`),
    rewind: () => void told.push('rewind'),
  };

  const start = (): void => {
    running = inform(source, {
      api,
      clock,
      random: () => 0,
      signal: stop.signal,
      onHearing: (hearing) => void hearings.push(hearing),
      onListed: () => {},
    });
  };

  /** One list after the other, one watch after the other; after the last nothing is answered any more. */
  const script = (lists: { version: string; items: Thing[] }[], watches: (string | null)[]): void => {
    server.answer = ({ url }, response) => {
      if (!url.includes('watch=')) {
        const list = lists.shift();
        if (list) json(response, 200, { metadata: { resourceVersion: list.version }, items: list.items });
        return;
      }
      const frames = watches.shift();
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      if (typeof frames === 'string') response.end(frames);
    };
  };

  const askedFor = (): string[] =>
    server.received.map(({ url }) => new URLSearchParams(url.split('?')[1]).get('resourceVersion') ?? 'list');

  const asked = async (many: number): Promise<string[]> => {
    await passing(
      clock,
      untilTrue(() => server.received.length >= many),
    );
    // Time that passes meanwhile ends watches.
    return askedFor().slice(0, many);
  };

  it('goes on from the last version that it heard of, bookmarks too, which it does not tell', async () => {
    const frames =
      frame('ADDED', thing('b', '12')) + frame('BOOKMARK', { metadata: { resourceVersion: '20' }, spec: null });
    script([{ version: '10', items: [thing('a', '9')] }], [frames, null]);
    start();
    expect(await asked(3)).toEqual(['list', '10', '20']);
    expect(told).toEqual(['a@9', 'list@10: a', 'b@12']);
  });

  it.each([
    ['an error', frame('ERROR', { kind: 'Status', code: 410, reason: 'Expired' })],
    ['something that is no JSON', '<html>\n'],
    ['an object without a version', frame('ADDED', { metadata: {} })],
    ['a type that nobody knows', frame('MOVED', thing('a', '11'))],
    ['something else altogether', '[]\n"x"\n'],
  ])('lists again after %s', async (_what, frames) => {
    script(
      [
        { version: '10', items: [] },
        { version: '30', items: [thing('a', '29')] },
      ],
      [frames, null],
    );
    start();
    expect(await asked(4)).toEqual(['list', '10', 'list', '30']);
    expect(told).toEqual(['list@10: ', 'a@29', 'list@30: a']);
  });

  it('does not lose count where the server is set back to an earlier state', async () => {
    const error = frame('ERROR', { code: 410 });
    const frames = frame('ADDED', thing('b', '120')) + error;
    script(
      [
        { version: '100', items: [] },
        { version: '50', items: [] },
        { version: '60', items: [] },
      ],
      [frames, error, null],
    );
    start();
    await asked(6);
    expect(told).toEqual(['list@100: ', 'b@120', 'rewind', 'list@50: ', 'list@60: ']);
  });

  it('gives up a watch that outlives its planned end: nobody serves that connection any more', async () => {
    script([{ version: '10', items: [] }], []);
    start();
    await untilTrue(() => hearings.at(-1)?.state === 'hears');
    expect(new URLSearchParams(server.received[1]?.url).get('timeoutSeconds')).toBe('300');
    await clock.advance(329_000);
    expect(server.received).toHaveLength(2);
    await clock.advance(1_000);
    await untilTrue(() => clock.pending().some(({ inMs }) => inMs === 250));
    await clock.advance(250);
    await untilTrue(() => server.received.length > 2);
    expect(askedFor()).toEqual(['list', '10', '10']);
  });

  it('lists again where the server does not go back so far, which is no trouble', async () => {
    script(
      [
        { version: '10', items: [] },
        { version: '30', items: [] },
      ],
      [null],
    );
    const { answer } = server;
    server.answer = (request, response) =>
      request.url.includes('resourceVersion=10')
        ? json(response, 410, { kind: 'Status', reason: 'Expired', message: 'too old' })
        : answer(request, response);
    start();
    expect(await asked(4)).toEqual(['list', '10', 'list', '30']);
    expect(hearings.filter(({ state }) => state === 'down')).toEqual([]);
  });

  it('lists again after a whole watch without a word: its version may be one that the server never reached', async () => {
    script(
      [
        { version: '10', items: [] },
        { version: '10', items: [] },
      ],
      [],
    );
    let end = (): void => {};
    const { answer } = server;
    server.answer = (request, response) => {
      answer(request, response);
      end = () => void response.end();
    };
    start();
    for (const [lastedMs, then] of [
      [200_000, '10'],
      [299_000, 'list'],
    ] as const) {
      await untilTrue(() => hearings.at(-1)?.state === 'hears');
      await clock.advance(lastedMs);
      const before = server.received.length;
      end();
      await untilTrue(() => server.received.length > before);
      expect(askedFor().at(before)).toBe(then);
    }
  });

  it('asks for pauses that double where watches end as soon as they begin, and says so', async () => {
    script(
      [{ version: '10', items: [] }],
      Array.from({ length: 12 }, () => ''),
    );
    start();
    await asked(13);
    expect(clock.monotonic()).toBeGreaterThan(120_000);
    expect(hearings.filter(({ state }) => state === 'down').length).toBeGreaterThan(5);
  });

  it('what it cannot read is told as silence, not as an error of its own', async () => {
    server.answer = (_request, response) => json(response, 200, { metadata: { resourceVersion: '1' }, items: [null] });
    start();
    await untilTrue(() => hearings.length > 0);
    expect(hearings[0]).toMatchObject({ state: 'down', fault: { code: 'executor-unavailable' } });
  });
});

const untilTrue = async (isSo: () => boolean): Promise<void> => {
  const { sleep } = systemClock();
  for (let i = 0; i < 2_000 && !isSo(); i++) await sleep(5, new AbortController().signal);
  expect(isSo()).toBe(true);
};

import { describe, expect, it } from 'vitest';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import { pulled } from '../src/ports/each.ts';
import type { LogEntry } from '../src/ports/log-store.ts';
import { type LogReading, newSharedLogs, type SharedLogs } from '../src/services/shared-log.ts';
import { collect } from './support/collect.ts';

const key = `${'a'.repeat(32)}.1`;
const { signal } = new AbortController();

const following = (logs: SharedLogs, reading: LogReading, range: { signal?: AbortSignal } = {}) =>
  pulled<LogEntry>((take, left = signal) =>
    logs.follow(key, reading, { ...range, signal: AbortSignal.any([left, range.signal ?? signal]) }, take),
  );

const aLog = async () => {
  const store = memoryLogStore();
  const writer = await store.writer(key, { capBytes: 2 ** 30 });
  const counts = { read: 0, followed: 0, following: 0 };
  const reading: LogReading = {
    read: (range) => {
      counts.read++;
      return store.read(key, range);
    },
    async *follow(range) {
      counts.followed++;
      counts.following++;
      try {
        yield* store.read(key, { ...range, follow: true });
      } finally {
        counts.following--;
      }
    },
  };
  const logs = newSharedLogs();
  const say = (...texts: string[]) => writer.append(texts.map((text) => ({ at: 0, stream: 'stdout', text })));
  const follow = (range: { after?: string; tail?: number; signal?: AbortSignal } = {}) =>
    following(logs, reading, range)[Symbol.asyncIterator]();
  return { writer, counts, say, follow };
};

const textsOf = async (iterator: AsyncIterator<LogEntry>): Promise<string[]> =>
  (await collect({ [Symbol.asyncIterator]: () => iterator })).map(({ text }) => text);
const take = async (iterator: AsyncIterator<LogEntry>, count: number): Promise<string[]> => {
  const texts: string[] = [];
  while (texts.length < count) texts.push((await iterator.next()).value?.text);
  return texts;
};

// Whoever has read what is there, from memory, waits for more one turn later.
const caughtUp = () => new Promise(setImmediate);

describe('followers of one log', () => {
  it('share one reading of it, whenever they come, and each gets every line', async () => {
    const { writer, counts, say, follow } = await aLog();
    await say('1', '2');
    const some = [follow(), follow(), follow({ after: '1' }), follow({ tail: 1 })];
    const began = await Promise.all(some.map((one) => one.next()));
    expect(began.map(({ value }) => value?.text)).toEqual(['1', '1', '2', '2']);
    const rest = Promise.all(some.map(textsOf));
    await expect.poll(() => counts.followed).toBe(1);
    await say('3');
    const late = textsOf(follow());
    await expect.poll(() => counts.read).toBe(6);
    await say('4', '5');
    await new Promise(setImmediate);
    await writer.seal();
    expect(await rest).toEqual([
      ['2', '3', '4', '5'],
      ['2', '3', '4', '5'],
      ['3', '4', '5'],
      ['3', '4', '5'],
    ]);
    expect(await late).toEqual(['1', '2', '3', '4', '5']);
    expect(counts).toMatchObject({ followed: 1, following: 0 });
  });

  it('get the same objects, so that what is written of a line is written once', async () => {
    const { say, follow } = await aLog();
    await say('1');
    const [one, other] = [follow(), follow()];
    await Promise.all([one.next(), other.next()]);
    const next = Promise.all([one.next(), other.next()]);
    await caughtUp();
    await say('2');
    const [first, second] = await next;
    expect(first.value).toBe(second.value);
    await Promise.all([one.return?.(undefined), other.return?.(undefined)]);
  });

  it('do not wait for one that stalls, who reads for himself what he has missed', async () => {
    const { writer, say, follow } = await aLog();
    await say('0');
    const [quick, slow] = [follow(), follow()];
    await Promise.all([quick.next(), slow.next()]);
    const all = Array.from({ length: 10_000 }, (_, n) => String(n + 1));
    const quickly = take(quick, all.length);
    const begins = slow.next();
    for (let n = 0; n < all.length; n += 100) {
      await say(...all.slice(n, n + 100));
      await new Promise(setImmediate);
    }
    expect(await quickly).toEqual(all);
    await writer.seal();
    expect([(await begins).value?.text, ...(await textsOf(slow))]).toEqual(all);
    expect(await textsOf(quick)).toEqual([]);
  });

  it('let it go when the last of them leaves, and one that comes then begins anew', async () => {
    const { counts, say, follow } = await aLog();
    await say('1');
    const stop = new AbortController();
    const [one, other] = [follow({ signal: stop.signal }), follow()];
    await Promise.all([one.next(), other.next()]);
    const waiting = [one.next(), other.next()] as const;
    await expect.poll(() => counts.following).toBe(1);
    stop.abort(new Error('gone'));
    await expect(waiting[0]).rejects.toThrow('gone');
    expect(counts.following).toBe(1);
    await say('2');
    expect((await waiting[1]).value?.text).toBe('2');
    await other.return?.(undefined);
    await expect.poll(() => counts.following).toBe(0);
    const again = follow();
    expect(await take(again, 2)).toEqual(['1', '2']);
    const third = again.next();
    await caughtUp();
    await say('3');
    expect((await third).value?.text).toBe('3');
    expect(counts.followed).toBe(2);
    await again.return?.(undefined);
  });

  it.each([
    ['an empty log', [], ['2'], ['2']],
    ['a log', ['0', '1'], ['1', '2'], ['2']],
  ])('share it also from the end of %s', async (_, before, last, none) => {
    const { writer, counts, say, follow } = await aLog();
    await say(...before);
    const all = [{ tail: 1 }, { tail: 1 }, { tail: 0 }, { tail: 0 }].map((range) => textsOf(follow(range)));
    await new Promise(setImmediate);
    await say('2');
    await writer.seal();
    expect(await Promise.all(all)).toEqual([last, last, none, none]);
    expect(counts).toMatchObject({ followed: 1, following: 0 });
  });

  it('are each told what the reading failed by', async () => {
    const reading: LogReading = {
      read: async function* () {},
      follow: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('unreadable')) }) }),
    };
    const logs = newSharedLogs();
    const both = [1, 2].map(() => collect(following(logs, reading)));
    for (const each of both) await expect(each).rejects.toThrow('unreadable');
  });
});

import { describe, expect, it } from 'vitest';
import { fileLogStore } from '../src/adapters/file-log-store/file-log-store.ts';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import type { LogEntry, LogStore, NewLogEntry } from '../src/ports/log-store.ts';
import { all } from './all.ts';
import { temporaryHost } from './temporary-host.ts';

// What every log store does, whatever it keeps its logs in.

const key = `${'a'.repeat(32)}.1`;
const capBytes = 1_000_000;
const never = new AbortController().signal;

const stores = {
  fileLogStore: async () => {
    const host = await temporaryHost();
    return { store: fileLogStore()(host), [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
  },
  memoryLogStore: async () => ({ store: memoryLogStore(), [Symbol.asyncDispose]: async () => {} }),
};

const line = (n: number): NewLogEntry => ({ at: n, stream: 'stdout', text: `line ${n}\n`, sourceCursor: `s${n}` });
const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => line(from + i));

const texts = (entries: LogEntry[]) => entries.map((entry) => entry.text.trim());

async function written(store: LogStore, entries: NewLogEntry[], options: { cap?: number; seal?: boolean } = {}) {
  const writer = await store.writer(key, { capBytes: options.cap ?? capBytes });
  await writer.append(entries);
  if (options.seal) await writer.seal();
  await writer.close();
}

describe.each(Object.entries(stores))('%s', (_, open) => {
  it('gives entries back in order, as they were', async () => {
    await using opened = await open();
    const entries: NewLogEntry[] = [
      { at: 5, stream: 'phase', text: 'command\n' },
      { at: 6, stream: 'stderr', text: 'no newline, "quotes", \u2028, 🎉 and \\', sourceCursor: '17' },
      { at: 7, stream: 'output', text: 'two\nlines\n' },
    ];
    await written(opened.store, entries);
    const read = await all(opened.store.read(key, { signal: never }));
    expect(read.map(({ at, stream, text }) => ({ at, stream, text }))).toEqual(
      entries.map(({ at, stream, text }) => ({ at, stream, text })),
    );
    for (const { cursor } of read) expect(cursor).toMatch(/^\S+$/);
  });

  it('goes on behind the cursor that it is given', async () => {
    await using opened = await open();
    await written(opened.store, lines(1, 5));
    const read = await all(opened.store.read(key, { signal: never }));
    for (const [index, { cursor }] of read.entries()) {
      expect(await all(opened.store.read(key, { after: cursor, signal: never }))).toEqual(read.slice(index + 1));
    }
  });

  it.each(['x', '-1', '3 ', '99999999999'])('refuses %j as a cursor', async (after) => {
    await using opened = await open();
    await written(opened.store, lines(1, 5));
    await expect(all(opened.store.read(key, { after, signal: never }))).rejects.toMatchObject({
      code: 'invalid-request',
      field: 'after',
      received: after,
    });
  });

  it.each([0, 1, 3, 1000, 5000])('tail %i gives only the last entries', async (tail) => {
    await using opened = await open();
    await written(opened.store, lines(1, 3000), { seal: true });
    const read = await all(opened.store.read(key, { tail, signal: never }));
    expect(texts(read)).toEqual(lines(Math.max(1, 3001 - tail), 3000).map((entry) => entry.text.trim()));
  });

  it('tail never reaches back behind the cursor', async () => {
    await using opened = await open();
    await written(opened.store, lines(1, 10));
    const read = await all(opened.store.read(key, { signal: never }));
    const last = await all(opened.store.read(key, { after: read[7]!.cursor, tail: 5, signal: never }));
    expect(texts(last)).toEqual(['line 9', 'line 10']);
  });

  it('a log that was never opened is empty', async () => {
    await using opened = await open();
    expect(await all(opened.store.read(key, { signal: never }))).toEqual([]);
    expect(await opened.store.sealed(key)).toBe(false);
    await opened.store.remove(key);
  });

  it('a follower waits for a log that does not exist yet, sees each line as it comes, and ends with the seal', async () => {
    await using opened = await open();
    const follower = opened.store.read(key, { follow: true, signal: never })[Symbol.asyncIterator]();
    const first = follower.next();
    const writer = await opened.store.writer(key, { capBytes });
    await writer.append([line(1)]);
    expect((await first).value).toMatchObject({ text: 'line 1\n' });
    const second = follower.next();
    await writer.append([line(2)]);
    expect((await second).value).toMatchObject({ text: 'line 2\n' });
    const end = follower.next();
    await writer.seal();
    expect((await end).done).toBe(true);
    await writer.close();
  });

  it('a follower ends when the log is removed', async () => {
    await using opened = await open();
    const writer = await opened.store.writer(key, { capBytes });
    await writer.append([line(1)]);
    const follower = opened.store.read(key, { follow: true, signal: never })[Symbol.asyncIterator]();
    await follower.next();
    const end = follower.next();
    await writer.close();
    await opened.store.remove(key);
    expect((await end).done).toBe(true);
    expect(await all(opened.store.read(key, { signal: never }))).toEqual([]);
  });

  it('aborting ends the wait of a follower with the reason', async () => {
    await using opened = await open();
    const stop = new AbortController();
    const follower = opened.store.read(key, { follow: true, signal: stop.signal })[Symbol.asyncIterator]();
    const next = follower.next();
    stop.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });

  it('tells a new writer from where to read on, also when the last entry had no cursor', async () => {
    await using opened = await open();
    const fresh = await opened.store.writer(key, { capBytes });
    expect(fresh.resumeAfter).toBeUndefined();
    await fresh.append([line(1), line(2), { at: 3, stream: 'phase', text: 'ours\n' }]);
    await fresh.close();
    const next = await opened.store.writer(key, { capBytes });
    expect(next.resumeAfter).toBe('s2');
    await next.append([line(3)]);
    await next.close();
    expect(texts(await all(opened.store.read(key, { signal: never })))).toEqual(['line 1', 'line 2', 'ours', 'line 3']);
  });

  it('sealing is idempotent, and nothing can follow it', async () => {
    await using opened = await open();
    const writer = await opened.store.writer(key, { capBytes });
    await writer.append([line(1)]);
    await Promise.all([writer.seal(), writer.seal()]);
    await writer.seal();
    await expect(writer.append([line(2)])).rejects.toMatchObject({ code: 'closed' });
    await writer.close();
    await writer.close();
    expect(await opened.store.sealed(key)).toBe(true);

    const again = await opened.store.writer(key, { capBytes });
    expect(again.resumeAfter).toBe('s1');
    await again.seal();
    await expect(again.append([line(2)])).rejects.toMatchObject({ code: 'closed' });
    await again.close();
    expect(texts(await all(opened.store.read(key, { signal: never })))).toEqual(['line 1']);
  });

  it('appends that are not waited for keep their order, and the seal comes behind them', async () => {
    await using opened = await open();
    const writer = await opened.store.writer(key, { capBytes });
    const appends = lines(1, 500).map((entry) => writer.append([entry]));
    await Promise.all([...appends, writer.seal()]);
    await writer.close();
    const read = await all(opened.store.read(key, { follow: true, signal: never }));
    expect(texts(read)).toEqual(lines(1, 500).map((entry) => entry.text.trim()));
  });

  describe('beyond the cap', () => {
    const cap = 400;
    const phase: NewLogEntry = { at: 9, stream: 'phase', text: 'ended\n' };

    it('drops output, keeps phases, and one mark says where; once sealed also how much', async () => {
      await using opened = await open();
      const writer = await opened.store.writer(key, { capBytes: cap });
      await writer.append([...lines(1, 90), phase, ...lines(91, 99)]);
      const open1 = await all(opened.store.read(key, { signal: never }));
      await writer.seal();
      await writer.close();
      const sealed = await all(opened.store.read(key, { signal: never }));

      const kept = open1.filter((entry) => entry.stream === 'stdout').length;
      expect(kept).toBeGreaterThan(2);
      expect(kept).toBeLessThan(90);
      const marks = sealed.filter((entry) => entry.text.startsWith('Output was cut here'));
      const dropped = lines(kept + 1, 99).reduce((sum, entry) => sum + entry.text.length, 0);
      expect(marks).toHaveLength(1);
      expect(marks[0]).toMatchObject({ stream: 'phase', at: kept + 1 });
      expect(marks[0]?.text).toContain(`${dropped} bytes in ${99 - kept} lines were dropped`);
      expect(open1[kept]?.text).toBe(`Output was cut here: the log reached its cap of ${cap} bytes.\n`);
      expect(texts(sealed).slice(-1)).toEqual(['ended']);
      expect(open1.map((entry) => entry.cursor)).toEqual(sealed.map((entry) => entry.cursor));
    });

    it('a writer that takes over counts what was dropped once', async () => {
      await using opened = await open();
      await written(opened.store, [...lines(1, 90), phase, { ...phase, sourceCursor: 's90' }, ...lines(91, 95)], {
        cap,
      });
      const writer = await opened.store.writer(key, { capBytes: cap });
      // What came behind the last source cursor is read, and dropped, again.
      if (writer.resumeAfter === 's90') await writer.append(lines(91, 95));
      await writer.seal();
      await writer.close();
      const read = await all(opened.store.read(key, { signal: never }));
      const kept = read.filter((entry) => entry.stream === 'stdout').length;
      const mark = read.find((entry) => entry.text.startsWith('Output was cut here'));
      expect(writer.resumeAfter).toBe('s90');
      expect(mark?.text).toContain(`in ${95 - kept} lines`);
    });
  });

  it.each([
    '',
    'x',
    `${'a'.repeat(32)}`,
    `${'a'.repeat(32)}.`,
    `../${'a'.repeat(29)}.1`,
    `${'A'.repeat(32)}.1`,
    `${key}/x`,
  ])('refuses %j as a key', async (forged) => {
    await using opened = await open();
    await expect(opened.store.writer(forged, { capBytes })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(opened.store.remove(forged)).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(opened.store.sealed(forged)).rejects.toMatchObject({ code: 'invalid-request' });
    expect(() => opened.store.read(forged, { signal: never })).toThrow('32 hex digits');
  });
});

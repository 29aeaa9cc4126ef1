import type { NewLogEntry } from '../../ports/log-store.ts';
import { key, type LogRules, lines, refusal, texts } from './bench.ts';

export const readingRules: LogRules = {
  'gives entries back in order, as they were': async ({ expect, written, read }) => {
    const entries: NewLogEntry[] = [
      { at: 5, stream: 'phase', text: 'command\n' },
      { at: 6, stream: 'stderr', text: 'no newline, "quotes", \u0000, \u2028, 🎉 and \\', sourceCursor: '17' },
      { at: 7, stream: 'output', text: 'two\nlines\n' },
    ];
    await written(entries);
    const found = await read();
    expect(found.map(({ at, stream, text }) => ({ at, stream, text }))).toEqual(
      entries.map(({ at, stream, text }) => ({ at, stream, text })),
    );
    expect(found.filter(({ cursor }) => !/^\S+$/.test(cursor))).toEqual([]);
  },

  'goes on behind the cursor that it is given': async ({ expect, written, read }) => {
    await written(lines(1, 5));
    const found = await read();
    for (const [index, { cursor }] of found.entries())
      expect(await read({ after: cursor })).toEqual(found.slice(index + 1));
  },

  'cursors stay what they were when the log grows and when it is sealed': async ({ expect, store, read, written }) => {
    const writer = await store.writer(key, { capBytes: 1_000_000 });
    // One append at a time, so that a store that tidies up at the seal has something to tidy.
    for (const entry of lines(1, 20)) await writer.append([entry]);
    await writer.close();
    const before = await read();
    await written(lines(21, 40), { seal: true });
    const after = await read();
    expect(after.slice(0, 20)).toEqual(before);
    expect(texts(after)).toEqual(texts(lines(1, 40)));
    for (const index of [0, 10, 19, 30])
      expect(await read({ after: after[index]!.cursor })).toEqual(after.slice(index + 1));
  },

  'refuses what is no cursor of the log': async ({ expect, written, read }) => {
    await written(lines(1, 5));
    for (const after of ['x', '-1', '3 ', '99999999999'])
      expect(await refusal(() => read({ after }))).toEqual({
        code: 'invalid-request',
        field: 'after',
        received: after,
      });
  },

  'tail gives only the last entries': async ({ expect, written, read }) => {
    await written(lines(1, 3000), { seal: true });
    for (const tail of [0, 1, 3, 1000, 5000])
      expect(texts(await read({ tail }))).toEqual(texts(lines(Math.max(1, 3001 - tail), 3000)));
  },

  'tail never reaches back behind the cursor': async ({ expect, written, read }) => {
    await written(lines(1, 10));
    const found = await read();
    expect(texts(await read({ after: found[7]!.cursor, tail: 5 }))).toEqual(['line 9', 'line 10']);
  },

  'a log of many large appends is read whole, from the start and from the end': async ({ expect, store, read }) => {
    const long = 'x'.repeat(20_000);
    const writer = await store.writer(key, { capBytes: 1e9 });
    const entry = (n: number): NewLogEntry => ({ at: n, stream: 'stdout', text: `${n} ${long}\n` });
    for (let n = 0; n < 60; n += 20) await writer.append(Array.from({ length: 20 }, (_, i) => entry(n + i)));
    await writer.seal();
    await writer.close();
    const found = await read();
    expect(found.map(({ at, text }) => [at, text.length])).toEqual(
      Array.from({ length: 60 }, (_, n) => [n, `${n} ${long}\n`.length]),
    );
    expect(await read({ tail: 17 })).toEqual(found.slice(43));
    expect(await read({ after: found[33]!.cursor })).toEqual(found.slice(34));
  },

  'another instance reads the same, with the same cursors': async ({ expect, written, read, beside }) => {
    await written(lines(1, 50));
    const from = await beside();
    const found = await read();
    expect(await read({ from })).toEqual(found);
    expect(await read({ from, after: found[20]!.cursor, tail: 5 })).toEqual(found.slice(-5));
  },

  'a log that was never opened is empty': async ({ expect, store, read }) => {
    expect(await read()).toEqual([]);
    expect(await store.sealed(key)).toEqual(false);
    await store.remove(key);
  },
};

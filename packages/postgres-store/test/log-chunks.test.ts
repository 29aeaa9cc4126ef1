import { describe, expect, it } from 'vitest';
import { admit, type LogState } from '../src/log-store/admit.ts';
import { chunkBytes, cutIntoChunks, pack, recordsOf, unpack } from '../src/log-store/pack.ts';
import { groupChunks, worthMerging } from '../src/log-store/plan-merges.ts';
import { recordLine } from '../src/log-store/record.ts';

const line = (n: number, size = 0) =>
  recordLine({ kind: 'entry', at: n, stream: 'stdout', text: `${n} ${'x'.repeat(size)}\n` });

describe('chunks', () => {
  it('hold every line once, in order, and no more bytes than they may', () => {
    const lines = Array.from({ length: 3000 }, (_, n) => line(n + 1, (n * 37) % 900));
    const chunks = cutIntoChunks(lines, 11);
    expect(chunks[0]?.first).toBe(11);
    expect(chunks.at(-1)?.last).toBe(3010);
    for (const [index, { first, raw }] of chunks.entries()) {
      expect(raw.length).toBeLessThanOrEqual(chunkBytes);
      if (index > 0) expect(first).toBe(chunks[index - 1]!.last + 1);
    }
    expect(Buffer.concat(chunks.map(({ raw }) => raw))).toEqual(Buffer.concat(lines));
  });

  it('a line that is longer than a chunk has one to itself', () => {
    const chunks = cutIntoChunks([line(1), line(2, chunkBytes), line(3)], 1);
    expect(chunks.map(({ first, last }) => [first, last])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('no lines are no chunks', () => expect(cutIntoChunks([], 1)).toEqual([]));

  it.each([0, 10, 300, 300_000])('of %i bytes come out of their packing as they went in', (size) => {
    const raw = line(1, size);
    const chunk = pack({ first: 1, last: 1, raw });
    expect(unpack(chunk.data)).toEqual(raw);
    expect(chunk.data.length).toBeLessThanOrEqual(raw.length + 1);
    if (size >= 300) expect(chunk.data.length).toBeLessThan(200);
  });

  it('are read from the middle on', () => {
    const chunk = pack({ first: 101, last: 103, raw: Buffer.concat([line(1), line(2), line(3)]) });
    const positions = (behind: number) => [...recordsOf(chunk, behind)].map(({ position }) => position);
    expect([0, 100, 101, 102, 103].map(positions)).toEqual([[101, 102, 103], [101, 102, 103], [102, 103], [103], []]);
  });

  it('whose packing is not known are refused, not misread', () => {
    expect(() => unpack(Buffer.of(7, 1, 2))).toThrow('does not know');
  });
});

describe('merging', () => {
  it('puts neighbours together as long as they fit', () => {
    const sizes = [100, 100, chunkBytes, 1, chunkBytes - 1, 1, 5].map((rawBytes, index) => ({ last: index, rawBytes }));
    expect(groupChunks(sizes).map((group) => group.map(({ last }) => last))).toEqual([[0, 1], [2], [3, 4], [5, 6]]);
  });

  it('is worth its while for many small pieces, not for a few or for large ones', () => {
    expect(worthMerging({ chunks: 3, bytes: 1000 })).toBe(false);
    expect(worthMerging({ chunks: 30, bytes: 1000 })).toBe(true);
    expect(worthMerging({ chunks: 300, bytes: 300 * chunkBytes })).toBe(false);
  });
});

describe('admitting', () => {
  const nothing = { bytes: 0, lines: 0 };
  const empty: LogState = {
    last: 0,
    bytes: 0,
    cut: false,
    dropped: nothing,
    source: { cursor: undefined, dropped: nothing },
    sealed: false,
  };
  const output = (n: number) => ({ at: n, stream: 'stdout' as const, text: `line ${n}\n`, sourceCursor: `s${n}` });

  it('beyond the cap adds one mark, then only counts; phases are kept', () => {
    const phase = { at: 9, stream: 'phase' as const, text: 'ended\n' };
    const { lines, next } = admit(empty, [output(1), output(2), output(3), phase, output(4)], 70);
    expect(lines.map((each) => each.toString())).toEqual([
      '[1,"stdout","line 1\\n"]\n',
      '[2,"stdout","line 2\\n"]\n',
      '["cut",3,70]\n',
      '[9,"phase","ended\\n"]\n',
    ]);
    expect(next).toMatchObject({ last: 4, cut: true, dropped: { bytes: 14, lines: 2 }, source: { cursor: 's2' } });
  });

  it('remembers what was dropped as of the last source cursor', () => {
    const phase = { at: 9, stream: 'phase' as const, text: 'ended\n', sourceCursor: 's9' };
    const { next } = admit(empty, [output(1), output(2), phase, output(3)], 0);
    expect(next.source).toEqual({ cursor: 's9', dropped: { bytes: 14, lines: 2 } });
    expect(next.dropped).toEqual({ bytes: 21, lines: 3 });
  });
});

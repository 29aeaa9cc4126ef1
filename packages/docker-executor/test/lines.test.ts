import { describe, expect, it } from 'vitest';
import type { Frame } from '../src/logs/frames.ts';
import { mendLines, type Piece } from '../src/logs/mend-lines.ts';
import { cursorOf, parseCursor, sinceOf, trackFrom } from '../src/logs/position.ts';

const at = (ms: number, nanos = 0): string =>
  `${new Date(Date.UTC(2026, 0, 1) + ms).toISOString().slice(0, 23)}${String(nanos).padStart(6, '0')}Z`;

describe('a line that the engine cut', () => {
  const full = Buffer.alloc(16 * 1024, 'x');
  const frame = (bytes: Buffer | string, stamp = at(0), stream: Frame['stream'] = 'stdout'): Frame => ({
    stream,
    stamp,
    bytes: Buffer.from(bytes),
  });
  const mended = async (frames: Frame[]): Promise<string[]> => {
    const pieces: string[] = [];
    async function* all() {
      yield* frames;
    }
    for await (const { bytes } of mendLines(all()))
      pieces.push(
        Buffer.from(bytes)
          .toString()
          .replace(/x{16384}/, 'X'),
      );
    return pieces;
  };

  it('gets its newline back', async () => {
    expect(await mended([frame(full), frame(full), frame('end'), frame('next\n', at(1))])).toEqual([
      'X',
      'X',
      'end\n',
      'next\n',
    ]);
    expect(await mended([frame(full), frame('')])).toEqual(['X', '\n']);
  });

  it('is left as it is by an engine that remembers it', async () => {
    expect(await mended([frame(full), frame('end\n')])).toEqual(['X', 'end\n']);
  });

  it('is none where output just ends, nor where the other stream wrote meanwhile', async () => {
    expect(await mended([frame('one\n'), frame('tail', at(1))])).toEqual(['one\n', 'tail']);
    expect(await mended([frame(full), frame('e', at(0), 'stderr'), frame('end')])).toEqual(['X', 'e', 'end\n']);
  });
});

describe('a place in a log', () => {
  // In the order of the engine's file, stamped as two streams and long lines have it: not in order.
  const log: Piece[] = [
    { stream: 'stdout', stamp: at(0, 5), open: false },
    { stream: 'stderr', stamp: at(0, 3), open: false },
    { stream: 'stdout', stamp: at(10), open: true },
    ...Array.from({ length: 20 }, (_, i) => ({ stream: 'stderr' as const, stamp: at(1_000 * i), open: false })),
    { stream: 'stdout', stamp: at(10), open: true },
    { stream: 'stdout', stamp: at(10), open: false },
    ...Array.from({ length: 20 }, (_, i) => ({ stream: 'stderr' as const, stamp: at(20_000 + 700 * i), open: false })),
    { stream: 'stdout', stamp: at(40_000, 1), open: false },
    { stream: 'stderr', stamp: at(40_000, 0), open: false },
  ].map((piece, i) => ({ ...piece, bytes: Buffer.from(String(i)) }) as Piece);

  // As the engine answers `since`: what is stamped so late, in its order.
  const from = (anchor: string | null): Piece[] => log.filter(({ stamp }) => anchor === null || stamp >= anchor);

  it('is found again from every cursor, also from one that was found again', () => {
    const tracker = trackFrom({ anchor: null });
    for (const [i, piece] of log.entries()) {
      const place = tracker.pass(piece);
      expect(from(place.anchor).slice(place.count)).toEqual(log.slice(i + 1));
      const later = trackFrom(place);
      for (const [j, again] of from(place.anchor).entries()) {
        const second = later.pass(again);
        if (j >= place.count)
          expect(from(second.anchor).slice(second.count)).toEqual(log.slice(i + 2 + j - place.count));
      }
    }
  });

  it('moves along, so that to go on is not to begin anew', () => {
    const tracker = trackFrom({ anchor: null });
    const places = log.map((piece) => tracker.pass(piece));
    expect(places.at(-1)?.anchor).not.toBeNull();
    expect(places.at(-1)?.count).toBeLessThan(10);
  });

  it('is told by the stamp of the frame that its count begins with, so that a log that was cut is noticed', () => {
    const tracker = trackFrom({ anchor: null });
    for (const piece of log) {
      const { anchor, first } = tracker.pass(piece);
      expect(first).toBe(from(anchor)[0]?.stamp);
    }
  });

  it('is found again where the clock of the engine was set back', () => {
    const back = [0, 1_000, 2_000, 9_000, 12_000, 15_000, 4_000, 4_500, 5_000, 16_000, 20_000, 21_000].map(
      (ms, i): Piece => ({ stream: 'stdout', stamp: at(ms), open: false, bytes: Buffer.from(String(i)) }),
    );
    const kept = (anchor: string | null) => back.filter(({ stamp }) => anchor === null || stamp >= anchor);
    const tracker = trackFrom({ anchor: null });
    for (const [i, piece] of back.entries()) {
      const { anchor, count, first } = tracker.pass(piece);
      if (i >= 6) expect(kept(anchor).slice(count), String(i)).toEqual(back.slice(i + 1));
      expect(first).toBe(kept(anchor)[0]?.stamp);
    }
  });

  it('is asked for to the nanosecond', () => {
    const cursor = '2026-01-01T00:00:01.000000007Z/3/2026-01-01T00:00:01.000000007Z';
    expect(sinceOf(parseCursor(cursor))).toBe('1767225601.000000007');
    expect(cursorOf(parseCursor(cursor))).toBe(cursor);
    expect(sinceOf(parseCursor('0/3/0'))).toBe('0');
    expect(() => parseCursor('17')).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});

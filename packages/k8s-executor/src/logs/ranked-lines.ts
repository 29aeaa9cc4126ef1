import type { Position } from './position.ts';

/** Output of one container, and the place behind it. */
export interface Ranked {
  track: string;
  rank: number;
  place: Position | 'over';
  bytes: Uint8Array;
  at: number;
}

/**
 * Of an attempt with several pods, each line behind its rank, and with a newline where the log ended without: another rank's comes next. The script's own
 * lines are told of once, by rank 0, and as they are.
 */
export async function* rankedLines(output: AsyncIterable<Ranked>, many: boolean): AsyncGenerator<Ranked> {
  let atStart = true;
  for await (const one of output) {
    if (!many) {
      yield one;
      continue;
    }
    const begins = atStart;
    atStart = one.place === 'over' || one.place.offset === 0;
    const isMark = begins && one.bytes[0] === recordSeparator;
    const prefix = begins && !isMark ? `[${one.rank}] ` : '';
    const end = atStart && one.bytes.at(-1) !== newline ? '\n' : '';
    const bytes = isMark && one.rank > 0 ? nothing : Buffer.concat([Buffer.from(prefix), one.bytes, Buffer.from(end)]);
    yield { ...one, bytes };
  }
}

const recordSeparator = 0x1e;
const newline = 0x0a;
const nothing = new Uint8Array();

import type { Position } from './position.ts';

/** Output of one container, and the place behind it. */
export interface Ranked {
  track: string;
  rank: number;
  place: Position | 'over';
  bytes: Uint8Array;
  at: number;
}

/** Of an attempt with several pods, each line behind its rank. The script's own lines are told of once, by rank 0, and as they are. */
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
    const bytes = isMark && one.rank > 0 ? nothing : Buffer.concat([Buffer.from(prefix), one.bytes]);
    yield { ...one, bytes };
  }
}

const recordSeparator = 0x1e;
const nothing = new Uint8Array();

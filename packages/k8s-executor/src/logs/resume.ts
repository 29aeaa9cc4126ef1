import type { Piece } from './lines.ts';
import { type Position, trackFrom } from './position.ts';
import { isBefore, isSame, msOf } from './stamp.ts';

export interface Output {
  bytes: Uint8Array;
  /** Epoch ms. */
  at: number;
  /** Behind these bytes. */
  position: Position;
}

/** Of the lines from a position's anchor on, those behind the position. */
export const resumeFrom = (from: Position): { take(piece: Piece): Output[] } => {
  const tracker = trackFrom(from);
  let current: Position = { ...from, count: 0, offset: 0, first: null };
  let lines = 0;
  let inLine = 0;
  let began = false;
  let rotated = false;
  const isKnown = ({ stamp }: Piece): boolean =>
    rotated ? from.last !== null && !isBefore(from.last, stamp) : lines < from.count;
  const unread = (piece: Piece): Uint8Array => {
    if (isKnown(piece)) return nothing;
    if (rotated || lines > from.count || from.offset <= inLine) return piece.bytes;
    return piece.bytes.subarray(from.offset - inLine);
  };
  return {
    take(piece) {
      const { stamp, bytes, open } = piece;
      const out: Output[] = [];
      const at = msOf(stamp);
      if (!began && from.first !== null && !isSame(stamp, from.first)) {
        rotated = true;
        out.push({ bytes: gap, at, position: { ...current, last: from.last } });
      }
      began = true;
      const rest = unread(piece);
      inLine += bytes.length;
      if (!open) {
        current = tracker.pass(stamp);
        lines += 1;
        inLine = 0;
      }
      if (rest.length > 0) out.push({ bytes: rest, at, position: open ? { ...current, offset: inLine } : current });
      return out;
    },
  };
};

const nothing = new Uint8Array();

const gap = Buffer.from(
  'runyard: the node has forgotten the beginning of this log meanwhile (its kubelet keeps a container’s log up to containerLogMaxSize); lines may be missing here.\n',
);

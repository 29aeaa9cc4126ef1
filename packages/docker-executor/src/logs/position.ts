import { RunyardError } from '@runyard/core';
import type { Piece } from './mend-lines.ts';

/**
 * Where one is in a log: behind the `count`th frame of those stamped `anchor` or later. The engine can be asked for exactly these
 * frames, in the order in which it keeps them, so this names a place in it, also where many frames share a stamp.
 */
export interface Position {
  /** As stamps are; null: the beginning. */
  anchor: string | null;
  count: number;
  /** The stamp of the first of these frames. Where the engine's first is another, it has forgotten some, and the count tells nothing. */
  first: string | null;
}

export const parseCursor = (cursor: string | undefined): Position => {
  if (cursor === undefined) return beginning;
  const [, anchor, count, first] = cursorForm.exec(cursor) ?? [];
  if (anchor !== undefined && first !== undefined)
    return { anchor: anchor === '0' ? null : anchor, count: Number(count), first: first === '0' ? null : first };
  throw new RunyardError('invalid-request', `'${cursor}' is not a log cursor of the Docker executor.`, {
    field: 'after',
    received: cursor,
  });
};

export const cursorOf = ({ anchor, count, first }: Position): string => `${anchor ?? '0'}/${count}/${first ?? '0'}`;

const stamp = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z`;
const cursorForm = new RegExp(String.raw`^(${stamp}|0)/(\d{1,15})/(${stamp}|0)$`);

const beginning: Position = { anchor: null, count: 0, first: null };

/** The `since` of a request: seconds and nanoseconds. */
export const sinceOf = ({ anchor }: Position): string =>
  anchor === null ? '0' : `${Date.parse(`${anchor.slice(0, 19)}Z`) / 1000}.${anchor.slice(20, 29)}`;

/** Follows the frames from a position's anchor on, and names the place behind each. */
export interface Tracker {
  /** Takes the next one, and tells the place behind it. */
  pass(piece: Piece): Position;
}

/**
 * Anchors move along with the log, so that to go on never means to read all of it again. A later frame may carry an earlier
 * stamp: the pieces of a long line share the stamp of its first, however late they come, and the two streams are
 * written side by side. So an anchor is taken only once no frame before it can come any more. One comes all the same where the engine's
 * clock was set back: then the anchor goes back to where this began to read.
 */
export const trackFrom = ({ anchor }: Pick<Position, 'anchor'>): Tracker => {
  const open = new Map<Piece['stream'], string>();
  let whole: Position = { anchor, count: 0, first: null };
  let current = whole;
  let next: (Position & { anchor: string }) | null = null;
  let latest = anchor ?? '';
  return {
    pass({ stream, stamp, open: goesOn }) {
      if (goesOn) open.set(stream, stamp);
      else open.delete(stream);
      whole = counted(whole, stamp);
      if (current.anchor !== null && stamp < current.anchor) {
        current = whole;
        next = null;
      } else current = current.anchor === whole.anchor ? whole : counted(current, stamp);
      if (next !== null) next = stamp >= next.anchor ? { ...next, count: next.count + 1 } : next;
      else if (stamp > latest) next = { anchor: stamp, count: 1, first: stamp };
      if (stamp > latest) latest = stamp;
      if (next !== null && isPast(next.anchor, latest, open.values())) {
        current = next;
        next = null;
      }
      return current;
    },
  };
};

const counted = ({ anchor, count, first }: Position, stamp: string): Position => ({
  anchor,
  count: count + 1,
  first: first ?? stamp,
});

const isPast = (anchor: string, latest: string, open: Iterable<string>): boolean => {
  for (const stamp of open) if (stamp < anchor) return false;
  return Date.parse(latest) - Date.parse(anchor) > sideBySideMs;
};

// Two streams that are written at the same time are stamped so far apart at most.
const sideBySideMs = 2_000;

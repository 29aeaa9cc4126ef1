import { RunyardError } from '@runyard/core';
import type { Piece } from './mend-lines.ts';

/**
 * Where one is in a log: behind the `count`th frame of those stamped `anchor` or later. The engine can be asked for exactly these
 * frames, in the order in which it keeps them, so this names a place in it beyond doubt, also where many frames share a stamp.
 */
export interface Position {
  /** As stamps are; null: the beginning. */
  anchor: string | null;
  count: number;
}

export const parseCursor = (cursor: string | undefined): Position => {
  if (cursor === undefined) return { anchor: null, count: 0 };
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z|0)\/(\d{1,15})$/.exec(cursor);
  if (match?.[1] !== undefined && match[2] !== undefined)
    return { anchor: match[1] === '0' ? null : match[1], count: Number(match[2]) };
  throw new RunyardError('invalid-request', `'${cursor}' is not a log cursor of the Docker executor.`, {
    field: 'after',
    received: cursor,
  });
};

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
 * written side by side. So an anchor is taken only once no frame before it can come any more.
 */
export const trackFrom = ({ anchor }: Position): Tracker => {
  const open = new Map<Piece['stream'], string>();
  let current = { anchor, count: 0 };
  let next: { anchor: string; count: number } | null = null;
  let latest = anchor ?? '';
  return {
    pass({ stream, stamp, open: goesOn }) {
      if (goesOn) open.set(stream, stamp);
      else open.delete(stream);
      if (current.anchor === null || stamp >= current.anchor) current.count += 1;
      if (next !== null) next.count += stamp >= next.anchor ? 1 : 0;
      else if (stamp > latest) next = { anchor: stamp, count: 1 };
      if (stamp > latest) latest = stamp;
      if (next !== null && isPast(next.anchor, latest, open.values())) {
        current = next;
        next = null;
      }
      return { ...current };
    },
  };
};

const isPast = (anchor: string, latest: string, open: Iterable<string>): boolean => {
  for (const stamp of open) if (stamp < anchor) return false;
  return Date.parse(latest) - Date.parse(anchor) > sideBySideMs;
};

// Two streams that are written at the same time are stamped so far apart at most.
const sideBySideMs = 2_000;

import { isBefore, type Stamp, stampFrom, stampText } from './stamp.ts';

/**
 * Where one is in a container's log: behind the `count`th line of those stamped at or after the second `anchor`, and `offset` bytes into the next. The API
 * server can be asked for exactly these lines (`sinceTime` is inclusive, and cut to whole seconds). A kubelet that has rotated the log meanwhile has
 * forgotten its beginning: then its first line is another than `first`, the count tells nothing, and `last` does.
 */
export interface Position {
  /** Seconds since the epoch; null: the beginning. */
  anchor: number | null;
  count: number;
  offset: number;
  /** The stamp of the first of these lines, and the latest of them. */
  first: Stamp | null;
  last: Stamp | null;
}

export const beginning: Position = { anchor: null, count: 0, offset: 0, first: null, last: null };

export const positionText = ({ anchor, count, offset, first, last }: Position): string =>
  [anchor ?? '', count, offset, first === null ? '' : stampText(first), last === null ? '' : stampText(last)].join(',');

/** null: it is none. */
export const positionFrom = (text: string): Position | null => {
  const [, anchor, count, offset, first = '', last = ''] = form.exec(text) ?? [];
  if (anchor === undefined) return null;
  return {
    anchor: anchor === '' ? null : Number(anchor),
    count: Number(count),
    offset: Number(offset),
    first: stampFrom(first),
    last: stampFrom(last),
  };
};

const form = /^(\d{0,12}),(\d{1,15}),(\d{1,15}),([\d.]*),([\d.]*)$/;

/** The `sinceTime` of a request; absent at the beginning. */
export const sinceTimeOf = ({ anchor }: Position): string | undefined =>
  anchor === null ? undefined : new Date(anchor * 1000).toISOString().replace('.000Z', 'Z');

/** Passes lines from a position's anchor on, and names the place behind each. */
export interface Tracker {
  /** A whole line; tells the place behind it. */
  pass(stamp: Stamp): Position;
}

/**
 * The anchor moves along with the log, so that to go on never means to read all of it again. Lines of the two streams may stand a little out of order, so it
 * stays some seconds behind the latest. A line stamped before the anchor (a clock that was set back) would not be sent again, and is not counted.
 */
export const trackFrom = (from: Pick<Position, 'anchor'>): Tracker => {
  const seconds = new Map<number, { count: number; first: Stamp }>();
  let { anchor } = from;
  let last: Stamp | null = null;
  return {
    pass(stamp) {
      if (last === null || isBefore(last, stamp)) last = stamp;
      if (anchor === null || stamp.second >= anchor) {
        const known = seconds.get(stamp.second);
        if (known === undefined) seconds.set(stamp.second, { count: 1, first: stamp });
        else known.count += 1;
      }
      // From the beginning on there is nothing that could be missed.
      const oldest = last.second - keptSeconds;
      if ((anchor ?? 0) < oldest && (anchor !== null || seconds.size > keptSeconds + 1)) {
        anchor = oldest;
        for (const second of seconds.keys()) if (second < oldest) seconds.delete(second);
      }
      return { anchor, ...summed(seconds), offset: 0, last };
    },
  };
};

const keptSeconds = 3;

const summed = (seconds: Map<number, { count: number; first: Stamp }>): { count: number; first: Stamp | null } => {
  let count = 0;
  let first: Stamp | null = null;
  for (const one of seconds.values()) {
    count += one.count;
    first ??= one.first;
  }
  return { count, first };
};

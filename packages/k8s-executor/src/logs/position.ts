import { isBefore, type Stamp } from './stamp.ts';

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

// In few characters, as it is kept with every line: that of many ranks names each of them.
export const positionText = ({ anchor, count, offset, first, last }: Position): string => {
  const base = anchor ?? 0;
  return [anchor === null ? '' : short(anchor), short(count), short(offset), away(first, base), away(last, base)].join(
    ',',
  );
};

/** null: it is none. */
export const positionFrom = (text: string): Position | null => {
  const [, anchor, count = '', offset = '', first = '', last = ''] = form.exec(text) ?? [];
  if (anchor === undefined) return null;
  const base = anchor === '' ? 0 : long(anchor);
  return {
    anchor: anchor === '' ? null : base,
    count: long(count),
    offset: long(offset),
    first: stampAt(first, base),
    last: stampAt(last, base),
  };
};

const form =
  /^([\da-z]{0,8}),([\da-z]{1,10}),([\da-z]{1,10}),((?:-?[\da-z]{1,8}\.[\da-z]{1,6})?),((?:-?[\da-z]{1,8}\.[\da-z]{1,6})?)$/;

const short = (number: number): string => number.toString(36);
const long = (text: string): number => Number.parseInt(text, 36);

const away = (stamp: Stamp | null, base: number): string =>
  stamp === null ? '' : `${short(stamp.second - base)}.${short(stamp.nano)}`;

const stampAt = (text: string, base: number): Stamp | null => {
  const [second, nano] = text.split('.');
  return second === undefined || nano === undefined ? null : { second: base + long(second), nano: long(nano) };
};

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

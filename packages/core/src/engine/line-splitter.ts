import type { LogChunk } from '../ports/executor.ts';

/** A line of output, or the end of one, with where to read on behind it. */
export interface SplitLine {
  stream: LogChunk['stream'];
  bytes: Uint8Array;
  /** Epoch ms, where the engine stamped it. */
  at?: number;
  /** See `Position`. */
  position: string;
}

/**
 * A place in an executor's output between two chunk ends: so many bytes behind a cursor. The bytes behind a cursor are
 * always the same, however they are chunked, so reading again from here neither repeats nor loses one.
 */
export interface Position {
  after: string | undefined;
  skip: number;
}

export const parsePosition = (text: string | undefined): Position => {
  if (text === undefined) return { after: undefined, skip: 0 };
  const colon = text.indexOf(':');
  const after = text.slice(colon + 1);
  return { after: after === '' ? undefined : after, skip: Number(text.slice(0, colon)) };
};

const formatPosition = ({ after, skip }: Position): string => `${skip}:${after ?? ''}`;

/** Longer lines are passed on in pieces. */
const longestLine = 65_536;
const newline = 10;

export interface LineSplitter {
  /** The whole lines that this chunk completes. */
  push(chunk: LogChunk): SplitLine[];
  /** What is held of a line that has no end yet. */
  flush(): SplitLine[];
  readonly holding: boolean;
}

/** Cuts output into lines; begins at a position, so the first bytes may have been seen before. */
export const lineSplitter = (from: Position): LineSplitter => {
  let base: Position = { ...from };
  let toSkip = from.skip;
  // The bytes since `base` that belong to no line yet.
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let heldStream: LogChunk['stream'] = 'output';
  let heldAt: number | undefined;
  let lastCursor = from.after;

  const emit = (bytes: Uint8Array): SplitLine => {
    base = { after: base.after, skip: base.skip + bytes.length };
    return { stream: heldStream, bytes, ...(heldAt !== undefined && { at: heldAt }), position: formatPosition(base) };
  };

  const flush = (): SplitLine[] => {
    if (heldBytes === 0) return [];
    const line = emit(concat(held));
    held = [];
    heldBytes = 0;
    return [line];
  };

  return {
    get holding() {
      return heldBytes > 0;
    },
    flush,
    push(chunk) {
      const lines = chunk.stream === heldStream ? [] : flush();
      heldStream = chunk.stream;
      heldAt = chunk.at;
      const skipped = Math.min(toSkip, chunk.bytes.length);
      toSkip -= skipped;
      let rest = chunk.bytes.subarray(skipped);
      for (let end = cut(rest, heldBytes); end > 0; end = cut(rest, heldBytes)) {
        held.push(rest.subarray(0, end));
        lines.push(emit(concat(held)));
        held = [];
        heldBytes = 0;
        rest = rest.subarray(end);
      }
      if (rest.length > 0) {
        held.push(rest);
        heldBytes += rest.length;
      }
      lastCursor = chunk.cursor;
      // Nothing is held and nothing is left to skip: count from the end of this chunk from now on.
      if (heldBytes === 0 && toSkip === 0) {
        base = { after: lastCursor, skip: 0 };
        const last = lines.at(-1);
        if (last) last.position = formatPosition(base);
      }
      return lines;
    },
  };
};

// Where the next line ends in these bytes; 0: not yet. Never inside a UTF-8 character.
const cut = (bytes: Uint8Array, before: number): number => {
  const end = bytes.indexOf(newline) + 1;
  if (end > 0 && before + end <= longestLine) return end;
  if (before + bytes.length < longestLine) return end;
  let at = Math.max(1, Math.min(bytes.length, longestLine - before));
  while (at < bytes.length && at > 1 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return end > 0 ? Math.min(end, at) : at;
};

const concat = (parts: readonly Uint8Array[]): Uint8Array =>
  parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);

import { parseStamp, type Stamp } from './stamp.ts';

/** A line of a log that is read with timestamps, or the beginning of one that is very long. */
export interface Piece {
  stamp: Stamp;
  /** Without the stamp; with its newline, where it has one. */
  bytes: Uint8Array;
  /** It goes on in the next piece. */
  open: boolean;
  /** It has no newline: the log ended, or the stream did. */
  cut: boolean;
}

/** What a kubelet wrote where lines were to come: an error, as text. */
export class NoLog extends Error {}

/** The lines of a stream of bytes, which may be cut anywhere. A line that has no stamp is no line of a log: `NoLog`. */
export async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Piece> {
  let parts: Buffer[] = [];
  let size = 0;
  let inside: Stamp | null = null;
  const take = (): Buffer => {
    const whole = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    parts = [];
    size = 0;
    return whole;
  };
  const piece = (bytes: Buffer, { open, cut }: Pick<Piece, 'open' | 'cut'>): Piece => {
    if (inside !== null) {
      const stamp = inside;
      if (!open) inside = null;
      return { stamp, bytes, open, cut };
    }
    const space = bytes.indexOf(0x20);
    const stamp = space < 0 ? null : parseStamp(bytes.toString('latin1', 0, Math.min(space, longestStamp)));
    if (stamp === null) throw new NoLog(bytes.toString('utf8', 0, 500).trim());
    if (open) inside = stamp;
    return { stamp, bytes: bytes.subarray(space + 1), open, cut };
  };
  for await (const chunk of stream) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      parts.push(rest.subarray(0, end + 1));
      rest = rest.subarray(end + 1);
      yield piece(take(), { open: false, cut: false });
    }
    if (rest.length > 0) parts.push(rest);
    size += rest.length;
    if (size >= mostBytes) yield piece(take(), { open: true, cut: false });
  }
  if (size > 0) yield piece(take(), { open: false, cut: true });
  // A long line that ended exactly where the stream did.
  else if (inside !== null) yield { stamp: inside, bytes: Buffer.alloc(0), open: false, cut: true };
}

// A line is held together up to this, so that most are one piece.
const mostBytes = 256 * 1024;
const longestStamp = 40;

import type { Readable } from 'node:stream';

/** One piece of output as the engine keeps it: a line, or 16 KiB of one. */
export interface Frame {
  stream: 'stdout' | 'stderr';
  /** RFC 3339 in UTC with nine digits behind the second, so that two compare as texts. */
  stamp: string;
  bytes: Uint8Array;
}

/** The frames of a log stream: 8 bytes of header (which stream, how long), the stamp, a space, the bytes as they came. */
export async function* readFrames(stream: Readable): AsyncGenerator<Frame> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (parts.length > 1 && size < wanted(parts)) continue;
    const buffer = parts.length === 1 ? part : Buffer.concat(parts);
    let at = 0;
    for (let end = frameEnd(buffer, at); end !== null; end = frameEnd(buffer, at)) {
      yield frameOf(buffer.subarray(at, end));
      at = end;
    }
    const rest = buffer.subarray(at);
    parts = rest.length > 0 ? [rest] : [];
    size = rest.length;
  }
  if (size > 0) throw new Error('the stream broke off in the middle of a frame');
}

const headerBytes = 8;

// How much is needed before it is worth while to put the parts together.
const wanted = ([first]: readonly Buffer[]): number =>
  first && first.length >= headerBytes ? headerBytes + first.readUInt32BE(4) : headerBytes;

const frameEnd = (buffer: Buffer, at: number): number | null => {
  if (buffer.length - at < headerBytes) return null;
  const end = at + headerBytes + buffer.readUInt32BE(at + 4);
  return end <= buffer.length ? end : null;
};

const frameOf = (frame: Buffer): Frame => {
  const space = frame.indexOf(0x20, headerBytes);
  return {
    stream: frame[0] === 2 ? 'stderr' : 'stdout',
    stamp: frame.toString('latin1', headerBytes, space),
    bytes: frame.subarray(space + 1),
  };
};

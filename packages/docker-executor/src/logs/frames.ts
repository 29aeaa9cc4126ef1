import type { Readable } from 'node:stream';
import { frameBytes, type RawFrame, takeFrames } from '../engine/frames.ts';

/** One piece of output as the engine keeps it: a line, or 16 KiB of one. */
export interface Frame {
  stream: 'stdout' | 'stderr';
  /** RFC 3339 in UTC with nine digits behind the second, so that two compare as texts. */
  stamp: string;
  bytes: Uint8Array;
}

/** The frames of a log stream; in each a stamp, a space, and the bytes as they came. */
export async function* readFrames(stream: Readable): AsyncGenerator<Frame> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    // Put together only once it is worth while.
    if (parts[0] && size < frameBytes(parts[0])) continue;
    const { frames, rest } = takeFrames(parts.length === 1 ? part : Buffer.concat(parts));
    for (const frame of frames) yield stamped(frame);
    parts = rest.length > 0 ? [rest] : [];
    size = rest.length;
  }
  if (size > 0) throw new Error('the stream broke off in the middle of a frame');
}

const stamped = ({ stream, bytes }: RawFrame): Frame => {
  const space = bytes.indexOf(0x20);
  return { stream, stamp: bytes.toString('latin1', 0, space), bytes: bytes.subarray(space + 1) };
};

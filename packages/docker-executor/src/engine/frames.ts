/** One frame of the output of a container without a terminal: 8 bytes of header (which stream, how long), and what is in it. */
export interface RawFrame {
  stream: 'stdout' | 'stderr';
  bytes: Buffer;
}

/** The frames that are whole, and what is left behind them. */
export const takeFrames = (buffer: Buffer): { frames: RawFrame[]; rest: Buffer } => {
  const frames: RawFrame[] = [];
  let at = 0;
  for (let end = frameBytes(buffer); at + end <= buffer.length; end = frameBytes(buffer, at)) {
    frames.push({ stream: buffer[at] === 2 ? 'stderr' : 'stdout', bytes: buffer.subarray(at + headerBytes, at + end) });
    at += end;
  }
  return { frames, rest: buffer.subarray(at) };
};

/** How long the frame is that begins there, or at least, as long as its header is not whole. */
export const frameBytes = (buffer: Buffer, at = 0): number =>
  buffer.length - at < headerBytes ? headerBytes : headerBytes + buffer.readUInt32BE(at + 4);

const headerBytes = 8;

import type { Frame } from './frames.ts';

/** A frame whose line is told to be over or not. */
export interface Piece extends Frame {
  /** More of its line is to come. */
  open: boolean;
}

/**
 * The engine cuts lines into pieces of 16 KiB, which it stamps alike, and its driver `local` forgets the newline of a line that it has
 * cut: it is put back where a shorter piece follows full ones. One thing cannot be known: of output that ends with so long a line,
 * whether there was a newline at its very end. It gets one.
 */
export async function* mendLines(frames: AsyncIterable<Frame>): AsyncGenerator<Piece> {
  const cut = new Map<Frame['stream'], string>();
  for await (const frame of frames) {
    const { stream, stamp, bytes } = frame;
    const ended = bytes.at(-1) === newline[0];
    const open = !ended && bytes.length === pieceBytes;
    const last = !ended && !open && cut.get(stream) === stamp;
    if (open) cut.set(stream, stamp);
    else cut.delete(stream);
    yield { stream, stamp, bytes: last ? Buffer.concat([bytes, newline]) : bytes, open };
  }
}

const newline = Buffer.from('\n');
const pieceBytes = 16 * 1024;

import type { FileHandle } from 'node:fs/promises';

/** A whole line of a file: its bytes without the newline, and where it lies with it. */
export interface Line {
  start: number;
  end: number;
  bytes: Buffer;
}

const blockSize = 64 * 1024;
const newline = 0x0a;

/**
 * The whole lines from `start` on, until the file's present end, or until `end`. What stands behind the last newline is still being
 * written, or torn, and is left alone.
 */
export async function* linesFrom(
  file: FileHandle,
  start: number,
  end = Number.POSITIVE_INFINITY,
): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let position = start; // where `rest` begins
  for (;;) {
    const next = position + rest.length;
    const block = await readBlock(file, next, Math.max(0, Math.min(blockSize, end - next)));
    if (block.length === 0) return;
    const bytes = rest.length === 0 ? block : Buffer.concat([rest, block]);
    let from = 0;
    for (let to = bytes.indexOf(newline); to !== -1; to = bytes.indexOf(newline, from)) {
      yield { start: position + from, end: position + to + 1, bytes: bytes.subarray(from, to) };
      from = to + 1;
    }
    position += from;
    rest = bytes.subarray(from);
  }
}

/** The whole lines that end at or before `size`, the last one first, so that the end of a log costs one block. */
export async function* linesBackwards(file: FileHandle, size: number): AsyncGenerator<Line> {
  let pending: Buffer = Buffer.alloc(0);
  let position = size; // where `pending` begins
  while (position > 0 || pending.length > 0) {
    const last = pending.lastIndexOf(newline);
    const before = last <= 0 ? -1 : pending.lastIndexOf(newline, last - 1);
    if (last !== -1 && (before !== -1 || position === 0)) {
      yield {
        start: position + before + 1,
        end: position + last + 1,
        bytes: pending.subarray(before + 1, last),
      };
      pending = pending.subarray(0, before + 1);
    } else if (position === 0) {
      return; // a torn line, and nothing before it
    } else {
      const length = Math.min(blockSize, position);
      position -= length;
      pending = Buffer.concat([await readBlock(file, position, length), pending]);
    }
  }
}

async function readBlock(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafe(length), position });
  return buffer.subarray(0, bytesRead);
}

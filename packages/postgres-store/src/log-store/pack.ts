import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type LogRecord, parseRecord } from './record.ts';

/** Lines of a log that lie together, before they are compressed. Positions count a log's entries from 1. */
export interface RawChunk {
  first: number;
  last: number;
  raw: Buffer;
}

/** As it lies in the database. */
export interface Chunk {
  first: number;
  last: number;
  rawBytes: number;
  data: Buffer;
}

/** Raw bytes of a chunk at most, but for one whose only line is longer. */
export const chunkBytes = 256 * 1024;

/** Cuts lines into chunks, in order; the first line has the position `first`. */
export const cutIntoChunks = (lines: readonly Buffer[], first: number): RawChunk[] => {
  const chunks: RawChunk[] = [];
  let begin = 0;
  let size = 0;
  const close = (end: number): void => {
    if (end === begin) return;
    chunks.push({ first: first + begin, last: first + end - 1, raw: Buffer.concat(lines.slice(begin, end)) });
    begin = end;
    size = 0;
  };
  for (const [index, { length }] of lines.entries()) {
    if (size + length > chunkBytes) close(index);
    size += length;
  }
  close(lines.length);
  return chunks;
};

/** The first byte says how the others are to be read: 0, as they are; 1, zstd. */
export const pack = ({ first, last, raw }: RawChunk): Chunk => {
  // A quarter of a millisecond for a full chunk: no thread is worth its while.
  const small = raw.length < worthPacking ? raw : zstdCompressSync(raw, { params: fastest });
  const packed = small.length < raw.length;
  const data = Buffer.concat([Buffer.of(packed ? 1 : 0), packed ? small : raw]);
  return { first, last, rawBytes: raw.length, data };
};

export const unpack = (data: Buffer): Buffer => {
  if (data[0] === 0) return data.subarray(1);
  if (data[0] === 1) return zstdDecompressSync(data.subarray(1));
  throw new Error(`A chunk of a log is packed in a way (${data[0]}) that this version does not know.`);
};

/** The records of a chunk behind a position, with their own. */
export function* recordsOf(
  { first, data }: { first: number; data: Buffer },
  behind: number,
): Generator<{ position: number; record: LogRecord }> {
  const lines = unpack(data).toString('utf8').split('\n');
  for (let index = Math.max(0, behind - first + 1); index < lines.length - 1; index++)
    yield { position: first + index, record: parseRecord(lines[index]!) };
}

const worthPacking = 256;
const fastest = { [constants.ZSTD_c_compressionLevel]: 1 };

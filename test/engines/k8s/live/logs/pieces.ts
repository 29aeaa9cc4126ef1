import type { Readable } from 'node:stream';
import type Docker from 'dockerode';

/** One piece of output as the engine keeps it: a line, or 16 KiB of one. */
export interface Piece {
  /** RFC 3339 with nine digits behind the second. */
  stamp: string;
  bytes: Buffer;
}

export interface PieceQuery {
  follow: boolean;
  /** Epoch seconds. */
  since: number;
  /** How many of the last pieces. */
  tail: number | 'all';
  signal: AbortSignal;
}

/** The output of a container, of both its streams in the order in which it came; of one that is gone meanwhile, none. */
export async function* readPieces(container: Docker.Container, query: PieceQuery): AsyncGenerator<Piece> {
  try {
    yield* read(container, query);
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    if (!query.signal.aborted && statusCode !== 404 && statusCode !== 409) throw error;
  }
}

async function* read(container: Docker.Container, query: PieceQuery): AsyncGenerator<Piece> {
  const { follow, since, tail, signal } = query;
  const options = { ...{ stdout: true, stderr: true, timestamps: true, since }, tail: tail as number };
  const stream = follow
    ? ((await container.logs({ ...options, follow: true })) as Readable)
    : await container.logs({ ...options, follow: false });
  if (Buffer.isBuffer(stream)) return yield* piecesOf(stream).pieces;
  const stop = (): void => void stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const found = piecesOf(rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk);
      yield* found.pieces;
      rest = found.rest;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
}

/** Each begins with 8 bytes, the last four of which tell how long it is; then comes the stamp, a space, and what was written. */
const piecesOf = (buffer: Buffer): { pieces: Piece[]; rest: Buffer } => {
  const pieces: Piece[] = [];
  let at = 0;
  while (buffer.length - at >= 8 && buffer.length - at - 8 >= buffer.readUInt32BE(at + 4)) {
    const end = at + 8 + buffer.readUInt32BE(at + 4);
    const space = buffer.indexOf(0x20, at + 8);
    pieces.push({ stamp: buffer.toString('latin1', at + 8, space), bytes: buffer.subarray(space + 1, end) });
    at = end;
  }
  return { pieces, rest: buffer.subarray(at) };
};

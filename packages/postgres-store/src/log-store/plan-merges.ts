import { chunkBytes } from './pack.ts';

export interface ChunkSize {
  last: number;
  rawBytes: number;
}

/** Neighbours that fit into one chunk together, in order; every chunk is in one group. */
export const groupChunks = (chunks: readonly ChunkSize[]): ChunkSize[][] => {
  const groups: ChunkSize[][] = [];
  let size = 0;
  for (const chunk of chunks) {
    const group = groups.at(-1);
    if (group && size + chunk.rawBytes <= chunkBytes) {
      group.push(chunk);
      size += chunk.rawBytes;
    } else {
      groups.push([chunk]);
      size = chunk.rawBytes;
    }
  }
  return groups;
};

/** Whether a log is in so many pieces that reading it and keeping it cost more than putting them together. */
export const worthMerging = ({ chunks, bytes }: { chunks: number; bytes: number }): boolean =>
  chunks > 8 + (8 * bytes) / chunkBytes;

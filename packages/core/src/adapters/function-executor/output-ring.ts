import type { LogChunk } from '../../ports/executor.ts';
import { Bell } from '../shared/bell.ts';

interface Written {
  /** Offset behind these bytes, counted from the first byte of the attempt: the cursor. */
  end: number;
  stream: LogChunk['stream'];
  at: number;
  bytes: Uint8Array;
}

/**
 * The output of one attempt, in memory. Holds the newest `limit` bytes, read or not, so that it may be read again from
 * any cursor; a reader that comes too late for some gets a mark in their place. Writing never waits.
 */
export class OutputRing {
  readonly #limit: number;
  readonly #more = new Bell();
  #written: Written[] | undefined;
  /** Index of the oldest that is held. Those before it are cut off now and then, since each cut moves the rest. */
  #oldest = 0;
  #held = 0;
  #droppedTo = 0;
  #end = 0;
  #ended = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** After the end nothing is written: a function that was given up may go on talking. */
  write(stream: LogChunk['stream'], data: string | Uint8Array, at: number): void {
    if (this.#ended || data.length === 0) return;
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.#end += bytes.length;
    this.#held += bytes.length + overhead;
    this.#written ??= [];
    this.#written.push({ end: this.#end, stream, at, bytes });
    if (this.#held > this.#limit) this.#dropOldest(this.#written);
    this.#more.ring();
  }

  end(): void {
    this.#ended = true;
    this.#more.ring();
  }

  async *read(options: { after?: string; follow?: boolean; signal: AbortSignal }): AsyncGenerator<LogChunk> {
    const { after, follow = false, signal } = options;
    let offset = after === undefined ? 0 : Number(after);
    for (;;) {
      signal.throwIfAborted();
      const chunk = this.#behind(offset);
      if (chunk !== undefined) {
        offset = Number(chunk.cursor);
        yield chunk;
      } else if (this.#ended || !follow) return;
      else await this.#more.next(signal);
    }
  }

  #dropOldest(written: Written[]): void {
    while (this.#held > this.#limit && this.#oldest < written.length - 1) {
      const oldest = written[this.#oldest++];
      if (oldest === undefined) break;
      this.#held -= oldest.bytes.length + overhead;
      this.#droppedTo = oldest.end;
    }
    if (this.#oldest > 1_000 && this.#oldest * 2 > written.length) {
      written.splice(0, this.#oldest);
      this.#oldest = 0;
    }
  }

  #behind(offset: number): LogChunk | undefined {
    const written = this.#written ?? [];
    if (offset < this.#droppedTo) return this.#mark(offset);
    const found = written[firstBehind(written, this.#oldest, offset)];
    return found && { cursor: String(found.end), stream: found.stream, at: found.at, bytes: found.bytes };
  }

  #mark(offset: number): LogChunk {
    const text = `[runyard] ${this.#droppedTo - offset} bytes of output are missing here: it came faster than it was read\n`;
    return { cursor: String(this.#droppedTo), stream: 'output', bytes: Buffer.from(text) };
  }
}

// What a chunk costs beside its bytes, so that many short lines are bounded too.
const overhead = 150;

// Index of the first chunk that ends behind the offset.
function firstBehind(written: readonly Written[], from: number, offset: number): number {
  let low = from;
  let high = written.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((written[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

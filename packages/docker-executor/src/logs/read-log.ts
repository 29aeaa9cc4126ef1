import type { LogChunk } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import type { Events } from '../engine/events.ts';
import { unavailable } from '../engine/faults.ts';
import type { DockerHandle } from '../handle.ts';
import { lookAt } from '../outcome/look.ts';
import { readFrames } from './frames.ts';
import { mendLines, type Piece } from './mend-lines.ts';
import { type Position, parseCursor, sinceOf, trackFrom } from './position.ts';

export interface LogOptions {
  engine: Engine;
  events: Events;
  after?: string;
  follow?: boolean;
  signal: AbortSignal;
  /** Called before it is said that the attempt is gone; throws where that cannot be known. */
  verifyPlace(): Promise<void>;
}

/** The output from a cursor on; nothing where the attempt is gone. */
export async function* readLog(handle: DockerHandle, options: LogOptions): AsyncIterable<LogChunk> {
  const { engine, events, follow = false, signal } = options;
  let position = parseCursor(options.after);
  using watch = events.watch(handle.id);
  for (;;) {
    if (follow) await watch.ready(signal);
    // Looked at before it is read: what an ended attempt has written is then all there.
    const { state } = await lookAt(engine, handle, signal);
    if (state === 'missing') return options.verifyPlace();
    if (state !== 'prepared')
      for await (const chunk of readFrom(position, handle.id, { ...options, follow: follow && state === 'running' })) {
        position = chunk.position;
        yield chunk.chunk;
      }
    if (!follow || state === 'finished') return;
    // A stream ends when its container does, a moment before that can be seen.
    await watch.changed(state === 'prepared' ? atMostMs : soonMs, signal);
  }
}

const atMostMs = 15_000;
const soonMs = 100;

async function* readFrom(
  from: Position,
  id: string,
  { engine, signal, follow = false }: LogOptions,
): AsyncIterable<{ position: Position; chunk: LogChunk }> {
  const over = new AbortController();
  const abort = (): void => over.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const query = { stdout: true, stderr: true, timestamps: true, follow, since: sinceOf(from) };
    const stream = await engine.open({ method: 'GET', path: `/containers/${id}/logs`, query, signal: over.signal });
    const tracker = trackFrom(from);
    let behind = from.count;
    for await (const piece of mendLines(readFrames(stream))) {
      const position = tracker.pass(piece);
      if (behind > 0) behind -= 1;
      else yield { position, chunk: chunkOf(piece, position) };
    }
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Error && 'code' in error && error.code === 'executor-unavailable'
      ? error
      : unavailable(`The log of the container ${id.slice(0, 12)} broke off: ${String(error)}`, error);
  } finally {
    signal.removeEventListener('abort', abort);
    over.abort(new Error('the log is read no more'));
  }
}

const chunkOf = ({ stream, stamp, bytes }: Piece, { anchor, count }: Position): LogChunk => ({
  cursor: `${anchor ?? '0'}/${count}`,
  stream,
  at: Date.parse(stamp),
  bytes,
});

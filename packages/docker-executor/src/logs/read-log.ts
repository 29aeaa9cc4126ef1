import type { Inspection, LogChunk } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import type { Events } from '../engine/events.ts';
import { isRefusal, unavailable } from '../engine/faults.ts';
import type { DockerHandle } from '../handle.ts';
import { inspectContainer } from '../outcome/look.ts';
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

/**
 * The output from a cursor on; nothing where the attempt is gone. Who follows reads before anything is looked at, since an engine is slow to
 * say how a container is that has just been started. Only what is read behind an end that was seen is sure to be all.
 */
export async function* readLog(handle: DockerHandle, options: LogOptions): AsyncIterable<LogChunk> {
  const { engine, events, follow = false, signal } = options;
  let position = parseCursor(options.after);
  using watch = events.watch(handle.id);
  let seen = follow ? null : await stateOf(engine, handle, signal);
  let heard = false;
  for (;;) {
    if (seen === 'missing') return options.verifyPlace();
    if (seen !== 'prepared')
      for await (const chunk of readFrom(position, handle.id, { ...options, follow: follow && seen !== 'finished' })) {
        position = chunk.position;
        yield chunk.chunk;
      }
    if (!follow || seen === 'finished') return;
    // A stream ends when its container does, a moment before that can be seen.
    if (seen === 'running') await watch.changed(soonMs, signal);
    if (seen === 'prepared') {
      // What happened before events are heard is not told, so it is looked at once more.
      if (heard) await watch.changed(atMostMs, signal);
      await watch.ready(signal);
      heard = true;
    }
    seen = await stateOf(engine, handle, signal);
  }
}

// Without its notes, which an engine takes its time to give: whether it has claimed its attempt matters to nobody who reads.
const stateOf = async (engine: Engine, { id }: DockerHandle, signal: AbortSignal): Promise<Inspection['state']> => {
  const status = (await inspectContainer(engine, id, signal))?.State.Status;
  if (status === undefined || status === 'removing') return 'missing';
  if (status === 'created') return 'prepared';
  return status === 'exited' || status === 'dead' ? 'finished' : 'running';
};

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
    // Gone: whoever looks next sees it.
    if (isRefusal(error, 404)) return;
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

import type { Clock, LogChunk } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import type { Events } from '../engine/events.ts';
import { isRefusal, unavailable } from '../engine/faults.ts';
import type { DockerHandle } from '../handle.ts';
import { stateOf } from './container-state.ts';
import { readFrames } from './frames.ts';
import { watchSilence } from './log-silence.ts';
import { mendLines, type Piece } from './mend-lines.ts';
import { cursorOf, type Position, parseCursor, sinceOf, trackFrom } from './position.ts';

export interface LogOptions {
  engine: Engine;
  events: Events;
  clock: Clock;
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
      for await (const chunk of readFrom(position, handle, { ...options, follow: follow && seen !== 'finished' })) {
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

const atMostMs = 15_000;
const soonMs = 100;

async function* readFrom(
  from: Position,
  handle: DockerHandle,
  options: LogOptions,
): AsyncIterable<{ position: Position; chunk: LogChunk }> {
  const { engine, signal, follow = false } = options;
  const { id } = handle;
  using silence = watchSilence(handle, options);
  try {
    const query = { stdout: true, stderr: true, timestamps: true, follow, since: sinceOf(from) };
    const stream = await engine.open({ method: 'GET', path: `/containers/${id}/logs`, query, signal: silence.signal });
    const tracker = trackFrom(from);
    let behind = from.count;
    let isFirst = true;
    for await (const piece of mendLines(readFrames(stream))) {
      silence.busy(true);
      if (isFirst && from.count > 0 && from.first !== null && piece.stamp !== from.first) {
        behind = 0;
        const position = { ...from, count: 0, first: null };
        yield { position, chunk: { cursor: cursorOf(position), stream: 'output', bytes: gap } };
      }
      isFirst = false;
      const position = tracker.pass(piece);
      if (behind > 0) behind -= 1;
      else yield { position, chunk: chunkOf(piece, position) };
      silence.busy(false);
    }
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    // Gone: whoever looks next sees it. What ended unheard is read once more.
    if (isRefusal(error, 404) || silence.ended) return;
    throw error instanceof Error && 'code' in error && error.code === 'executor-unavailable'
      ? error
      : unavailable(`The log of the container ${id.slice(0, 12)} broke off: ${String(error)}`, error);
  }
}

// An engine that has forgotten some of what was read may have forgotten what was not.
const gap = Buffer.from(
  'runyard: the engine has forgotten its oldest output meanwhile (the option logSize); what comes next may be missing some, or repeat some.\n',
);

const chunkOf = ({ stream, stamp, bytes }: Piece, position: Position): LogChunk => ({
  cursor: cursorOf(position),
  stream,
  at: Date.parse(stamp),
  bytes,
});

import type { Clock } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import { unavailable } from '../engine/faults.ts';
import type { DockerHandle } from '../handle.ts';
import { stateOf } from './container-state.ts';

/** Watches over the stream of a log, whose connection may break without a word. */
export interface LogSilence extends Disposable {
  /** Aborted with another, or when the stream is not to be waited for any more. */
  readonly signal: AbortSignal;
  /** The container of a log that is followed was seen to have ended, and its stream was not. */
  readonly ended: boolean;
  /** Something came, and is being worked on (true) or is done with (false). */
  busy(is: boolean): void;
}

export interface LogSilenceOptions {
  engine: Engine;
  clock: Clock;
  follow?: boolean;
  signal: AbortSignal;
}

/** A job may say nothing for days, so its container is looked at; what is only read comes without a pause. */
export const watchSilence = (
  handle: DockerHandle,
  { engine, clock, follow = false, signal }: LogSilenceOptions,
): LogSilence => {
  const over = new AbortController();
  let ended = false;
  let heard = false;
  let busy = false;
  const watch = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(quietMs, over.signal);
      if (!heard && !busy) {
        if (!follow) throw unavailable(`The Docker engine sends no more of the log of ${handle.id.slice(0, 12)}.`);
        const state = await stateOf(engine, handle, over.signal);
        ended = state === 'finished' || state === 'missing';
        if (ended) return over.abort(new Error('the container has ended'));
      }
      heard = false;
    }
  };
  watch().catch((error) => over.abort(error));
  const abort = (): void => over.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return {
    signal: over.signal,
    get ended() {
      return ended;
    },
    busy(is) {
      heard = true;
      busy = is;
    },
    [Symbol.dispose]() {
      signal.removeEventListener('abort', abort);
      over.abort(new Error('the log is read no more'));
    },
  };
};

const quietMs = 15_000;

import { follow } from '../../ports/follow.ts';
import type { PlainAnswer, TextStream, Write } from '../plain-answer.ts';
import type { LogFormat } from './negotiate.ts';
import { newOutlet } from './outlet.ts';

export interface Streamed {
  /** Begins when it is called, and resolves at its end. `signal` ends it. */
  produce(write: Write, signal: AbortSignal): Promise<void>;
  /** Any of these ends it: the client is gone, the app is closed. */
  signals: readonly AbortSignal[];
  /** Produces the first chunk before answering; it must come soon. */
  peek: boolean;
}

/**
 * An answer that is produced only as fast as the client takes it, and no further: a client that stalls costs one chunk of
 * memory, and one that leaves stops the producing at once.
 */
export const streamed = async (format: LogFormat, { produce, signals, peek }: Streamed): Promise<PlainAnswer> => {
  const over = follow(...signals);
  const outlet = newOutlet();
  const begin = async (): Promise<void> => {
    try {
      await produce(outlet.write, over.signal);
      outlet.end();
    } catch (error) {
      outlet.fail(error);
    } finally {
      over.end();
    }
  };
  if (peek) {
    void begin();
    await outlet.first;
  }
  const stream: TextStream = {
    pipe: (out) => {
      if (!peek) void begin();
      return outlet.pipe(out);
    },
    cancel: (reason) => {
      over.end(reason);
      outlet.cancel();
    },
  };
  return {
    status: 200,
    headers: {
      'content-type': `${format}; charset=utf-8`,
      // No compression or buffering on the way: a line is to be seen when it is written.
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
    text: null,
    stream,
  };
};

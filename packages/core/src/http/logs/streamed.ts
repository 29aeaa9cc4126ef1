import type { PlainAnswer, TextStream } from '../plain-answer.ts';
import type { LogFormat } from './negotiate.ts';

export interface Streamed {
  /** Begins to read when it is called. `signal` ends the reading. */
  chunks(signal: AbortSignal): AsyncIterable<string>;
  /** Any of these ends it: the client is gone, the app is closed. */
  signals: readonly AbortSignal[];
  /** Reads the first chunk before answering; it must come soon. */
  peek: boolean;
}

const mostBytes = 64 * 1024;

/**
 * An answer that is read only as fast as the client takes it, and no further: a client that stalls costs one chunk of
 * memory, and one that leaves stops the reading at once.
 */
export const streamed = async (format: LogFormat, { chunks, signals, peek }: Streamed): Promise<PlainAnswer> => {
  const stop = new AbortController();
  const iterator = batched(chunks(AbortSignal.any([stop.signal, ...signals])));
  const first = peek ? await iterator.next() : undefined;
  return {
    status: 200,
    headers: {
      'content-type': `${format}; charset=utf-8`,
      // No compression or buffering on the way: a line is to be seen when it is written.
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
    text: null,
    stream: streamOf(iterator, first, stop),
  };
};

const streamOf = (
  iterator: AsyncGenerator<string>,
  first: IteratorResult<string> | undefined,
  stop: AbortController,
): TextStream => {
  let peeked = first;
  return {
    next: () => {
      const next = peeked;
      peeked = undefined;
      return next ? Promise.resolve(next) : iterator.next();
    },
    cancel: (reason) => {
      stop.abort(reason);
      void iterator.return(undefined).catch(() => undefined);
    },
  };
};

/** Joins what comes without waiting, so that a long log is few chunks and a followed one loses no time. */
async function* batched(texts: AsyncIterable<string>): AsyncGenerator<string> {
  const iterator = texts[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const head = await next;
      if (head.done) return;
      let batch = head.value;
      const turn = new Promise<'later'>((resolve) => setImmediate(resolve, 'later'));
      next = iterator.next();
      while (batch.length < mostBytes) {
        // What fails does so after what came before it was sent.
        const more = await Promise.race([next.catch(() => 'later' as const), turn]);
        if (more === 'later' || more.done) break;
        batch += more.value;
        next = iterator.next();
      }
      next.catch(() => undefined);
      yield batch;
    }
  } finally {
    void iterator.return?.()?.then(undefined, () => undefined);
  }
}

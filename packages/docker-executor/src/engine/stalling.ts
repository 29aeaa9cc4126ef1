import { Readable } from 'node:stream';

/** The same bytes, and a signal that is aborted with another, or when none of them was taken for so long. */
export const stalling = (
  source: AsyncIterable<Uint8Array>,
  ms: number,
  signal: AbortSignal,
): { stream: Readable; signal: AbortSignal } & Disposable => {
  const over = new AbortController();
  const abort = (): void => over.abort(signal.reason);
  const timer = setTimeout(() => over.abort(new Error(`nothing was taken for ${ms} ms`)), ms);
  timer.unref();
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return {
    stream: Readable.from(
      noticed(source, () => timer.refresh()),
      { objectMode: false },
    ),
    signal: over.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
};

async function* noticed(source: AsyncIterable<Uint8Array>, onTaken: () => void): AsyncIterable<Uint8Array> {
  for await (const bytes of source) {
    onTaken();
    yield bytes;
  }
}

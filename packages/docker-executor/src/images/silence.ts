import type { Clock } from '@runyard/core';

/** Watches over something that may fall silent for ever. */
export interface Silence {
  /** Aborts when the silence lasts too long, or with the signal given. */
  readonly signal: AbortSignal;
  /** Something was heard. */
  broken(): void;
  /** Whether it lasted too long. */
  passed(): boolean;
  end(): void;
}

export const newSilence = ({
  clock,
  signal,
  limitMs,
}: {
  clock: Clock;
  signal: AbortSignal;
  limitMs: number;
}): Silence => {
  const tooLong = new AbortController();
  const over = new AbortController();
  let heardAt = clock.monotonic();
  const watch = async (): Promise<void> => {
    while (clock.monotonic() - heardAt < limitMs)
      await clock.sleep(Math.min(30_000, limitMs - (clock.monotonic() - heardAt)), over.signal);
    tooLong.abort(new Error(`silent for ${limitMs} ms`));
  };
  watch().catch(() => {}); // ended
  return {
    signal: AbortSignal.any([signal, tooLong.signal]),
    broken: () => {
      heardAt = clock.monotonic();
    },
    passed: () => tooLong.signal.aborted,
    end: () => over.abort(),
  };
};

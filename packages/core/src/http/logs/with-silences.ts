import { unlessAborted } from '../../engine/within.ts';

export interface Silences {
  ms: number;
  /** Ends it at once, whatever is still waited for. */
  signal: AbortSignal;
  /** Called each time that nothing was heard for so long. */
  alive(): unknown;
}

/** Waits for what `run` does, and says meanwhile that it is alive. Rejects with the signal's reason. */
export const withSilences = async (
  { ms, signal, alive }: Silences,
  run: (heard: () => void) => Promise<void>,
): Promise<void> => {
  const timer = setInterval(alive, ms);
  timer.unref();
  try {
    await unlessAborted(
      signal,
      run(() => timer.refresh()),
    );
  } finally {
    clearInterval(timer);
  }
};

import { unlessAborted } from '../../engine/within.ts';

export interface Silences {
  ms: number;
  /** Ends it at once, whatever is still waited for. */
  signal: AbortSignal;
  /** Called each time that nothing was heard for so long; not while what it returned is pending. */
  alive: () => Promise<void> | void;
}

/** Waits for what `run` does, and says meanwhile that it is alive. Rejects with the signal's reason. */
export const withSilences = async (
  { ms, signal, alive }: Silences,
  run: (heard: () => void) => Promise<void>,
): Promise<void> => {
  let isTaking = false;
  const say = async (): Promise<void> => {
    if (isTaking) return;
    isTaking = true;
    await alive();
    isTaking = false;
  };
  const timer = setInterval(say, ms);
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

import { setTimeout as pause } from 'node:timers/promises';
import { Unreachable } from './errors.ts';

export interface Patience {
  /** From the first question on, ms. 0: once. */
  ms: number;
  /** Whether what may have been done may be done again; else only what was never sent is repeated. */
  repeatable: boolean;
  signal: AbortSignal;
}

const firstPauseMs = 200;
const longestPauseMs = 5_000;

/** Asks again while the server cannot be reached, at growing intervals; throws the last `Unreachable` when patience ends. */
export const patiently = async <T>(ask: () => Promise<T>, { ms, repeatable, signal }: Patience): Promise<T> => {
  const since = performance.now();
  for (let wait = firstPauseMs; ; wait = Math.min(2 * wait, longestPauseMs)) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Unreachable) || !(repeatable || error.unsent)) throw error;
      const left = since + ms - performance.now();
      if (left <= 0) throw error;
      await pause(Math.min(wait, left), undefined, { signal });
    }
  }
};

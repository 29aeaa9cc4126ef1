import { isRunyardError, type RunyardError } from '../../domain/errors.ts';
import { follow } from '../../ports/follow.ts';

export interface WhileAllowed {
  everyMs: number;
  signal: AbortSignal;
  /** Rejects where it is not allowed any more. */
  ask(): Promise<unknown>;
}

/**
 * What `read` does, for as long as who reads may: rights end while a log is followed for days. Then the reading is aborted with the refusal. What could
 * not be asked is no refusal.
 */
export const whileAllowed = async (
  read: (signal: AbortSignal) => Promise<void>,
  { everyMs, signal, ask }: WhileAllowed,
): Promise<void> => {
  const allowed = follow(signal);
  const timer = setInterval(() => {
    ask().catch((error: unknown) => {
      if (isRefusal(error)) allowed.end(error);
    });
  }, everyMs);
  timer.unref();
  try {
    await read(allowed.signal);
  } finally {
    clearInterval(timer);
    allowed.end();
  }
};

const isRefusal = (error: unknown): error is RunyardError => isRunyardError(error) && codes.has(error.code);

const codes: ReadonlySet<string> = new Set(['unauthenticated', 'too-many-guesses', 'forbidden', 'run-not-found']);

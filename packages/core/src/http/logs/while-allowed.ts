import { isRunyardError, type RunyardError } from '../../domain/errors.ts';

export interface WhileAllowed {
  everyMs: number;
  signal: AbortSignal;
  /** Rejects where it is not allowed any more. */
  ask(): Promise<unknown>;
}

/**
 * What `read` yields, for as long as who reads it may: rights end while a log is followed for days. Then the reading is aborted with the refusal. What could
 * not be asked is no refusal.
 */
export async function* whileAllowed<T>(
  read: (signal: AbortSignal) => AsyncIterable<T>,
  { everyMs, signal, ask }: WhileAllowed,
): AsyncGenerator<T> {
  const refused = new AbortController();
  const timer = setInterval(() => {
    ask().catch((error: unknown) => {
      if (isRefusal(error)) refused.abort(error);
    });
  }, everyMs);
  timer.unref();
  try {
    yield* read(AbortSignal.any([signal, refused.signal]));
  } finally {
    clearInterval(timer);
  }
}

const isRefusal = (error: unknown): error is RunyardError => isRunyardError(error) && codes.has(error.code);

const codes: ReadonlySet<string> = new Set(['unauthenticated', 'too-many-guesses', 'forbidden', 'run-not-found']);

import { RunyardError } from '../../domain/errors.ts';
import { isTerminal, type Run } from '../../domain/run/run.ts';

/** The same items; throws when they end before the run has: a log that was cut off must not look like one that ended. */
export async function* untilEnd<T>(
  items: AsyncIterable<T>,
  { signal, run }: { signal: AbortSignal; run(): Promise<Run> },
): AsyncGenerator<T> {
  yield* items;
  signal.throwIfAborted();
  if (!isTerminal((await run()).state))
    throw new RunyardError('closed', 'The log was cut off: go on behind its last cursor.');
}

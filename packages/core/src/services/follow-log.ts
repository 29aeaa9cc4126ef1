import { attemptKey } from '../domain/run/run.ts';
import type { EngineContext } from '../engine/context.ts';
import { untilAnswered } from '../engine/retry.ts';
import { follow } from '../ports/follow.ts';
import type { LogEntry } from '../ports/log-store.ts';
import type { RunWatch } from './wait-for-end.ts';

export interface FollowedLog {
  runId: string;
  attempt: number;
  after?: string;
  signal: AbortSignal;
}

/** The log of one attempt as it grows, until it is sealed; one that printed nothing may have none, and is over when it is disposed of or forgotten. */
export async function* followLog(
  context: EngineContext,
  { runId, attempt, signal, ...range }: FollowedLog,
  watch: RunWatch['watch'],
): AsyncGenerator<LogEntry> {
  const over = follow(signal);
  const key = attemptKey(runId, attempt);
  untilOver(context, { runId, attempt }, watch, over.signal).then(
    () => over.end(withoutLog),
    () => {}, // whoever reads is told, or has gone
  );
  try {
    yield* context.logStore.read(key, { ...range, follow: true, signal: over.signal });
  } catch (error) {
    if (over.signal.reason !== withoutLog) throw error;
  } finally {
    over.end();
  }
}

const withoutLog = new Error('The attempt left no log.');
/** Where other instances may dispose of it, nobody tells us. */
const lookAgainMs = 1000;
const rarelyMs = 30_000;

const untilOver = async (
  { store, logStore, clock, exclusive }: EngineContext,
  { runId, attempt }: Pick<FollowedLog, 'runId' | 'attempt'>,
  watch: RunWatch['watch'],
  signal: AbortSignal,
): Promise<void> => {
  for (;;) {
    const news = Promise.withResolvers<void>();
    const unwatch = watch(runId, news.resolve);
    const pause = follow(signal);
    try {
      const attempts = await untilAnswered(
        clock,
        signal,
        () => store.attempts(runId),
        () => {},
      );
      const own = attempts.find((one) => one.attempt === attempt);
      // Where there is none, its run was forgotten.
      if (!own || (own.state === 'disposed' && !(await logStore.sealed(attemptKey(runId, attempt))))) return;
      await Promise.race([news.promise, clock.sleep(exclusive ? rarelyMs : lookAgainMs, pause.signal)]);
    } finally {
      pause.end();
      unwatch();
    }
  }
};

import { RunyardError } from '../domain/errors.ts';
import { attemptKey, isTerminal, type Run } from '../domain/run/run.ts';
import type { EngineContext } from '../engine/context.ts';
import type { LogEntry } from '../ports/log-store.ts';
import { noLonger } from '../ports/no-longer.ts';
import type { LogLine, LogOptions } from './api.ts';
import { followLog } from './follow-log.ts';
import type { LogReading } from './shared-log.ts';
import type { RunWatch } from './wait-for-end.ts';

/**
 * The logs of a run's attempts, one after another. A line's cursor is `<attempt>.<cursor of the log store>`, so it
 * holds across retries and restarts.
 */
export async function* readRunLogs(
  context: EngineContext,
  find: () => Promise<{ run: Run }>,
  { after, follow = false, tail, attempt: only, signal: given }: LogOptions,
  { watch, closed, logs }: RunWatch,
): AsyncGenerator<LogLine> {
  const { run } = await find();
  const from = parseCursor(after);
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, closed, ...(given ? [given] : [])]);
  const keepAlive = setInterval(() => {}, 60_000);
  try {
    if (tail !== undefined && !follow) return yield* lastLines(context, run, { tail, only }, signal);
    // Of the attempts that were there when it was asked for, `tail` takes the end of the last one, and then all that comes.
    const first = only ?? (tail === undefined ? from.attempt : Math.max(1, run.attempt));
    for (let attempt = first; attempt <= (only ?? attempt); attempt++) {
      const known = await latest(context, run.id);
      if (attempt > known.attempt) {
        if (!follow || !(await nextAttempt(context, run.id, attempt, watch, signal))) return;
      }
      const range = {
        signal,
        ...(attempt === from.attempt && from.cursor !== undefined && { after: from.cursor }),
        ...(tail !== undefined && attempt === first && { tail }),
      };
      const key = attemptKey(run.id, attempt);
      const reading: LogReading = {
        read: (some) => context.logStore.read(key, some),
        follow: (some) => followLog(context, { runId: run.id, attempt, ...some }, watch),
      };
      const entries = follow ? logs.follow(key, reading, range) : reading.read(range);
      for await (const entry of entries) yield lineOf(entry, attempt);
    }
  } catch (error) {
    // Whoever listened has gone, or we close: the end of the stream, not a failure.
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(keepAlive);
    over.abort(noLonger);
  }
}

// One for all who follow: what is written of it for one of them is the same for the others, and none of them can change it.
const lines = new WeakMap<LogEntry, LogLine>();

const lineOf = (entry: LogEntry, attempt: number): LogLine => {
  const known = lines.get(entry);
  if (known) return known;
  const line = Object.freeze({ ...entry, cursor: `${attempt}.${entry.cursor}` });
  lines.set(entry, line);
  return line;
};

async function* lastLines(
  context: EngineContext,
  run: Run,
  { tail, only }: { tail: number; only: number | undefined },
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const parts: LogLine[][] = [];
  let left = tail;
  for (let attempt = only ?? run.attempt; attempt >= (only ?? 1) && left > 0; attempt--) {
    const lines: LogLine[] = [];
    for await (const entry of context.logStore.read(attemptKey(run.id, attempt), { tail: left, signal }))
      lines.push(lineOf(entry, attempt));
    parts.unshift(lines);
    left -= lines.length;
  }
  yield* parts.flat();
}

// True once there is such an attempt; false when the run has ended without it.
const nextAttempt = async (
  context: EngineContext,
  id: string,
  attempt: number,
  watch: RunWatch['watch'],
  signal: AbortSignal,
): Promise<boolean> => {
  for (;;) {
    const news = Promise.withResolvers<void>();
    const unwatch = watch(id, news.resolve);
    try {
      const run = await latest(context, id);
      if (run.attempt >= attempt) return true;
      if (isTerminal(run.state) || signal.aborted) return false;
      await Promise.race([news.promise, context.clock.sleep(1000, signal)]);
    } finally {
      unwatch();
    }
  }
};

const latest = async ({ store }: EngineContext, id: string): Promise<Run> => {
  const run = await store.run(id);
  if (!run) throw new RunyardError('log-gone', `Run ${id} and its log were removed.`);
  return run;
};

const parseCursor = (after: string | undefined): { attempt: number; cursor?: string } => {
  if (after === undefined) return { attempt: 1 };
  const match = /^(\d{1,6})\.(\S+)$/.exec(after);
  if (!match?.[1] || !match[2])
    throw new RunyardError('invalid-request', '`after` is not a cursor of this log.', {
      field: 'after',
      received: after,
    });
  return { attempt: Number(match[1]), cursor: match[2] };
};

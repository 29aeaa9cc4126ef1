import { RunyardError } from '../domain/errors.ts';
import { attemptKey, isTerminal, type Run } from '../domain/run/run.ts';
import type { EngineContext } from '../engine/context.ts';
import { each, pulled, type Take } from '../ports/each.ts';
import { follow } from '../ports/follow.ts';
import type { LogEntry } from '../ports/log-store.ts';
import type { LogLine, LogOptions } from './api.ts';
import { followLog } from './follow-log.ts';
import type { LogReading } from './shared-log.ts';
import type { RunWatch } from './wait-for-end.ts';

/**
 * The logs of a run's attempts, one after another. A line's cursor is `<attempt>.<cursor of the log store>`, so it
 * holds across retries and restarts.
 */
export const readRunLogs = (
  context: EngineContext,
  find: () => Promise<{ run: Run }>,
  options: LogOptions,
  watch: RunWatch,
): AsyncGenerator<LogLine> =>
  pulled((take, left) => pushRunLogs(context, find, { ...options, take, ...(left && { left }) }, watch));

interface Pushed extends LogOptions {
  take: Take<LogLine>;
  /** Aborted when nobody takes any more. */
  left?: AbortSignal;
}

const pushRunLogs = async (
  context: EngineContext,
  find: () => Promise<{ run: Run }>,
  { after, follow: isFollowed = false, tail, attempt: only, signal: given, left, take }: Pushed,
  { watch, closed, logs }: RunWatch,
): Promise<void> => {
  const { run } = await find();
  const from = parseCursor(after);
  const { signal, end } = follow(...[closed, given, left].filter((one) => one !== undefined));
  const keepAlive = setInterval(() => {}, 60_000);
  try {
    if (tail !== undefined && !isFollowed) return await pushLastLines(context, run, { tail, only, take, signal });
    // Of the attempts that were there when it was asked for, `tail` takes the end of the last one, and then all that comes.
    const first = only ?? (tail === undefined ? from.attempt : Math.max(1, run.attempt));
    for (let attempt = first; attempt <= (only ?? attempt); attempt++) {
      const known = await latest(context, run.id);
      if (attempt > known.attempt) {
        if (!isFollowed || !(await nextAttempt(context, run.id, attempt, watch, signal))) return;
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
      const give = (entry: LogEntry) => take(lineOf(entry, attempt));
      await (isFollowed ? logs.follow(key, reading, range, give) : each(reading.read(range), give));
    }
  } catch (error) {
    // Of a log as it stands, a part must not look like all of it.
    if (closed.aborted && !isFollowed) throw closed.reason;
    // Whoever listened has gone, or what is followed is over for us: the end of the stream, not a failure.
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(keepAlive);
    end();
  }
};

// One for all who follow: what is written of it for one of them is the same for the others, and none of them can change it.
const lines = new WeakMap<LogEntry, LogLine>();

const lineOf = (entry: LogEntry, attempt: number): LogLine => {
  const known = lines.get(entry);
  if (known) return known;
  const line = Object.freeze({ ...entry, cursor: `${attempt}.${entry.cursor}` });
  lines.set(entry, line);
  return line;
};

const pushLastLines = async (
  context: EngineContext,
  run: Run,
  { tail, only, take, signal }: Pushed & { tail: number; only: number | undefined; signal: AbortSignal },
): Promise<void> => {
  const parts: LogLine[][] = [];
  let left = tail;
  for (let attempt = only ?? run.attempt; attempt >= (only ?? 1) && left > 0; attempt--) {
    const lines: LogLine[] = [];
    for await (const entry of context.logStore.read(attemptKey(run.id, attempt), { tail: left, signal }))
      lines.push(lineOf(entry, attempt));
    parts.unshift(lines);
    left -= lines.length;
  }
  for (const line of parts.flat()) {
    signal.throwIfAborted();
    await take(line);
  }
};

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

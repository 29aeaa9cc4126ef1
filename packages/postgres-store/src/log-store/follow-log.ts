import type { Clock, LogEntry } from '@runyard/core';
import { type Bell, follow } from '@runyard/core/sql';
import type { Database } from '../database/database.ts';
import type { Bells } from './bells.ts';
import { entriesOf, type FoundLog, foundLog, type Range, startOf } from './read.ts';
import { statements } from './statements.ts';

export interface Following {
  database: Database;
  bells: Bells;
  clock: Clock;
}

/** What stands in the log, and what is appended, until it is sealed or removed. One that does not exist yet is waited for. */
export async function* followLog(
  { database, bells, clock }: Following,
  key: string,
  { signal, ...range }: Range & { signal: AbortSignal },
): AsyncGenerator<LogEntry> {
  signal.throwIfAborted();
  const subscription = bells.subscribe(key);
  const look = lookAsFollower(database, key, clock);
  let id: number | null = null;
  let position: number | null = null;
  let pauseMs = shortestMs;
  try {
    for (;;) {
      const change = nextChange(subscription.bell, pauseMs, { clock, signal }); // before we look, so that none is missed
      try {
        const log = await look();
        if (id !== null && log?.id !== id) return;
        if (log) {
          id = log.id;
          position ??= startOf(log, range);
          const before = position;
          for await (const entry of entriesOf(database, log, { behind: position, signal })) {
            position = Number(entry.cursor);
            yield entry;
          }
          if (log.sealed) return;
          if (position > before) pauseMs = shortestMs;
        }
        await change.happened;
        pauseMs = Math.min(pauseMs * 2, longestMs);
      } finally {
        change.forget();
      }
    }
  } finally {
    subscription.end();
  }
}

// Followers look by themselves too: a notification may be lost, or none can be had. Soon after news, then ever more rarely.
const shortestMs = 100;
const longestMs = 1_000;
/** How long a writer, once told, goes on to tell of what it writes is 30 s. */
const tellAgainMs = 10_000;

// Most logs are followed by nobody, and notifying costs all instances: so followers leave word, now and again, that they are there.
const lookAsFollower = (database: Database, key: string, clock: Clock): (() => Promise<FoundLog | null>) => {
  let told = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = clock.monotonic();
    if (now - told >= tellAgainMs) {
      const row = await database.row(statements.follow, key).catch(() => undefined);
      if (row) {
        told = now;
        return foundLog(row);
      }
    }
    return foundLog(await database.row(statements.look, key));
  };
};

const nextChange = (bell: Bell, ms: number, { clock, signal }: { clock: Clock; signal: AbortSignal }) => {
  const over = follow(signal);
  const happened = Promise.race([bell.next(over.signal), clock.sleep(ms, over.signal)]);
  happened.catch(() => {}); // whoever waits for it still sees the rejection
  return { happened, forget: () => over.end() };
};

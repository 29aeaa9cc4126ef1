import type { Clock, LogStore } from '@runyard/core';
import { parseLogKey } from '@runyard/core/sql';
import type { Database } from '../database/database.ts';
import { newBells } from './bells.ts';
import { followLog } from './follow-log.ts';
import { newLogTable } from './log-table.ts';
import { logPruner } from './prune-logs.ts';
import { readLog } from './read.ts';
import { statements } from './statements.ts';
import { tellOthers } from './tell-others.ts';
import { isSealed, openWriter } from './writer.ts';

export interface LogStoreParts {
  database: Database;
  clock: Clock;
  /** 32 random hex digits: what tells this process from every other. */
  holder: string;
  /** Waited for before anything is asked of the tables. */
  ready(): Promise<unknown>;
  /** The runs are in the same schema. */
  besideRuns?: boolean;
}

/** The log store on a database that is opened, and closed, by somebody else. */
export const logStoreOn = ({
  database,
  clock,
  holder,
  ready,
  besideRuns,
}: LogStoreParts): LogStore & { close(): Promise<void> } => {
  const table = newLogTable(database, holder);
  const bells = newBells(database);
  const remove = async (key: string): Promise<void> => {
    parseLogKey(key);
    await ready();
    if (await removeLog(database, key)) tellOthers(database, [key]);
    bells.ring(key);
  };
  const prune = logPruner(database, remove);

  return {
    async writer(key, { capBytes, epoch = 0 }) {
      parseLogKey(key);
      await ready();
      return openWriter({ key, capBytes, epoch, database, table, clock, changed: () => bells.ring(key) });
    },
    read(key, { follow, ...range }) {
      parseLogKey(key);
      return behind(ready, () =>
        follow ? followLog({ database, bells, clock }, key, range) : readLog(database, key, range),
      );
    },
    async sealed(key) {
      parseLogKey(key);
      await ready();
      return isSealed(database, key);
    },
    remove,
    ...(besideRuns && { prune: (signal: AbortSignal) => ready().then(() => prune(signal)) }),
    async close() {
      bells.close();
    },
  };
};

async function* behind<T>(ready: () => Promise<unknown>, items: () => AsyncIterable<T>): AsyncGenerator<T> {
  await ready();
  yield* items();
}

// The row first: its lock waits for a write that is under way, whose chunks are then seen and removed too. True: somebody follows it.
const removeLog = (database: Database, key: string): Promise<boolean> =>
  database.transaction(async (sql) => {
    const [id, followed] = (await sql.row(statements.remove, key)) ?? [];
    if (id === undefined) return false;
    await sql.run(statements.removeChunks, id);
    return followed === 1;
  });

import type { Database } from '../database/database.ts';
import type { OpenedLog } from './log-table.ts';
import { pack, unpack } from './pack.ts';
import { type ChunkSize, groupChunks } from './plan-merges.ts';
import { statements } from './statements.ts';

/**
 * Puts a log's many small chunks together to few large ones, one after another, each in a transaction of its own: wherever we are
 * killed, the log is whole. Positions stay, so readers and their cursors do not notice. Ends early when the log is not ours
 * any more.
 */
export const mergeChunks = async (database: Database, log: OpenedLog, holder: string): Promise<void> => {
  let behind = 0;
  for (;;) {
    const rows = await database.rows(statements.sizes, log.id, behind, pageSize);
    const groups = groupChunks(rows.map(([last, rawBytes]) => ({ last: Number(last), rawBytes: Number(rawBytes) })));
    // The last group of a full page may go on behind it.
    if (rows.length === pageSize && groups.length > 1) groups.pop();
    for (const group of groups) if (group.length > 1 && !(await mergeGroup(database, { log, holder, group }))) return;
    behind = groups.at(-1)?.at(-1)?.last ?? behind;
    if (rows.length < pageSize) return;
  }
};

const pageSize = 1000;

const mergeGroup = (
  database: Database,
  { log, holder, group }: { log: OpenedLog; holder: string; group: readonly ChunkSize[] },
): Promise<boolean> => {
  const [from, to] = [group[0]!.last, group.at(-1)!.last];
  return database.transaction(async (sql) => {
    if (!(await sql.row(statements.lock, log.key, holder, log.opened))) return false;
    const rows = await sql.rows(statements.between, log.id, from, to);
    if (rows.length < 2) return true; // it was done, and the answer was lost
    const raw = Buffer.concat(rows.map(([, , data]) => unpack(data as unknown as Buffer)));
    const merged = pack({ first: Number(rows[0]![0]), last: to, raw });
    await sql.run(statements.removeBetween, log.id, from, to);
    await sql.run(statements.putMerged, log.id, merged.first, merged.last, merged.rawBytes, merged.data);
    await sql.run(statements.fewer, log.key, rows.length - 1);
    return true;
  });
};

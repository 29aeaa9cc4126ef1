import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type Contender, oneByOne, timed } from './contender.ts';
import { exampleDataDir } from './example-rows.ts';

type Row = Record<string, SQLInputValue>;

/**
 * What node:sqlite can do at most with our tables and our rows, in one thread and nothing around it: for each job a run is
 * inserted; claimed, with an attempt inserted; and both are settled. Each of the three is one transaction for a whole group.
 */
export const floorSqlite: Contender = {
  name: 'bare loop',
  store: 'SQLite, full sync',
  server: null,
  acceptsInTime: true,
  async throughput({ jobs, group }) {
    await using floor = await open();
    floor.run(2000, group, () => {});
    return { ...(await timed(jobs, async () => floor.run(jobs, group, () => {}))), group };
  },
  async latency({ starts }) {
    await using floor = await open();
    return await oneByOne(starts, async (began) => floor.run(1, 1, began));
  },
};

const open = async () => {
  const dir = await exampleDataDir();
  const db = new DatabaseSync(join(dir, 'runyard.db'));
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4096',
  );
  const { seq: _, ...lastRun } = db.prepare('SELECT * FROM runs').get() as Row;
  const lastAttempt = db.prepare('SELECT * FROM attempts').get() as Row;
  const firstRun: Row = {
    ...lastRun,
    ...{ state: 'queued', reason: null, sentence: null, place: null, attempt: 0, started_at: null, ended_at: null },
    ...{ commits: null, lease_epoch: 0, active: 1 },
  };
  const firstAttempt: Row = { ...lastAttempt, state: 'started', outcome: null, ended_at: null };
  const insert = (table: string, row: Row) => {
    const names = Object.keys(row);
    return db.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`);
  };
  const insertRun = insert('runs', firstRun);
  const insertAttempt = insert('attempts', firstAttempt);
  const claim = db.prepare(
    "UPDATE runs SET state = 'running', place = ?, attempt = 1, started_at = ?, commits = '[]', lease_instance = ?, lease_epoch = 1 WHERE id = ? AND state = 'queued' AND lease_epoch = 0",
  );
  const settleRun = db.prepare(
    'UPDATE runs SET state = ?, reason = ?, sentence = ?, ended_at = ?, lease_instance = NULL, active = NULL WHERE id = ? AND lease_epoch = 1',
  );
  const settleAttempt = db.prepare(
    'UPDATE attempts SET state = ?, outcome = ?, ended_at = ? WHERE run_id = ? AND attempt = 1',
  );
  const together = (act: () => void): void => {
    db.exec('BEGIN IMMEDIATE');
    act();
    db.exec('COMMIT');
  };
  const instance = randomBytes(16).toString('hex');
  return {
    run(jobs: number, group: number, call: () => void): void {
      for (let done = 0; done < jobs; done += group) {
        const ids = Array.from({ length: Math.min(group, jobs - done) }, () => randomBytes(16).toString('hex'));
        together(() => {
          for (const id of ids) insertRun.run(...Object.values({ ...firstRun, id, created_at: Date.now() }));
        });
        together(() => {
          for (const id of ids) {
            claim.run(lastRun.place!, Date.now(), instance, id);
            insertAttempt.run(...Object.values({ ...firstAttempt, run_id: id, created_at: Date.now() }));
          }
        });
        for (const _ of ids) call();
        together(() => {
          for (const id of ids) {
            settleRun.run(lastRun.state!, lastRun.reason!, lastRun.sentence!, Date.now(), id);
            settleAttempt.run(lastAttempt.state!, lastAttempt.outcome!, Date.now(), id);
          }
        });
      }
    },
    async [Symbol.asyncDispose]() {
      db.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

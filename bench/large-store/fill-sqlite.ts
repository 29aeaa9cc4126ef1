import { closeSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

/** Jobs and runs to be, as copies of one that there is. */
export interface Size {
  jobs: number;
  runs: number;
}

/** Fills the store of a data directory that holds one job with one run that has ended: see `exampleDataDir`. Not durable on the way. */
export const fillSqlite = (dataDir: string, { jobs, runs }: Size): void => {
  const db = new DatabaseSync(join(dataDir, 'runyard.db'));
  db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144');
  const now = Date.now();
  const copy = (table: string, source: string, values: Record<string, string>, ...given: SQLInputValue[]): void => {
    const columns = db
      .prepare(`SELECT name FROM pragma_table_info('${table}')`)
      .all()
      .map(({ name }) => String(name))
      .filter((name) => name !== 'seq');
    const chosen = columns.map((name) => values[name] ?? `e.${name}`);
    db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) SELECT ${chosen.join(', ')} FROM ${source}`).run(...given);
  };
  const count = (limit: number): string =>
    `(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${limit}) SELECT i FROM n) n`;
  // Every job has a schedule: some minute of each day, so that its next instant is less than a day away.
  const minute = `(j.seq % 1440)`;
  const cron = `printf('%d %d * * *', ${minute} % 60, ${minute} / 60)`;
  const today = now - (now % 86_400_000);
  const schedule = `json_object('cron', ${cron}, 'timezone', 'UTC', 'dst', 'once', 'missed', json('{"rule":"latest","windowMs":3600000,"cap":1000}'), 'enabled', json('true'), 'startsAt', null, 'endsAt', null, 'jitterMs', 0)`;
  const ended = `CASE WHEN n.i % 50 = 0 THEN 'failed' WHEN n.i % 97 = 0 THEN 'skipped' ELSE 'succeeded' END`;

  db.exec('BEGIN');
  copy('jobs', `jobs e, ${count(jobs - 1)} WHERE e.seq = 1`, {
    id: 'lower(hex(randomblob(16)))',
    name: "'job-' || n.i",
    name_folded: "'job-' || n.i",
  });
  copy('job_revisions', 'job_revisions e, jobs j WHERE e.job_id = (SELECT id FROM jobs WHERE seq = 1) AND j.seq > 1', {
    job_id: 'j.id',
    spec: `json_set(e.spec, '$.name', j.name, '$.schedule', ${schedule})`,
  });
  db.prepare(
    `INSERT INTO schedules (job_id, next_fire_at, anchor_at)
     SELECT j.id, t.at + CASE WHEN t.at > ? THEN 0 ELSE 86400000 END, ? FROM
       (SELECT seq, id, ? + ${minute} * 60000 AS at FROM jobs j WHERE seq > 1) t JOIN jobs j ON j.id = t.id`,
  ).run(now, now, today);
  copy(
    'runs',
    `${count(runs - 1)} CROSS JOIN runs e CROSS JOIN jobs j WHERE e.seq = 1 AND j.seq = 1 + n.i % ${jobs} ORDER BY n.i`,
    {
      id: 'lower(hex(randomblob(16)))',
      job_id: 'j.id',
      state: ended,
      reason: `CASE WHEN n.i % 50 = 0 THEN 'exit-code' WHEN n.i % 97 = 0 THEN 'forbidden-overlap' ELSE 'completed' END`,
      created_at: `? - (${runs} - n.i) * 60`,
    },
    now,
  );
  copy('attempts', "attempts e, runs r WHERE r.seq > 1 AND r.state <> 'skipped' ORDER BY r.id", { run_id: 'r.id' });
  db.exec('COMMIT');
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  flush(join(dataDir, 'runyard.db'));
};

// What the filling has left to the system would else be written by the first host that closes.
const flush = (file: string): void => {
  const opened = openSync(file, 'r+');
  fsyncSync(opened);
  closeSync(opened);
};

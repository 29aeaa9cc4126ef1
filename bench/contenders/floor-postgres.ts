import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { postgresStore } from '@runyard/postgres-store';
import pg from 'pg';
import { type Contender, oneByOne, timed } from './contender.ts';
import { exampleDataDir } from './example-rows.ts';

/**
 * What PostgreSQL does at most for a host with our tables and our rows, and nothing around it: for each job a run is inserted;
 * claimed, with an attempt inserted; and both are settled. Each of the three is one statement and one transaction for a whole group. Two
 * connections take groups in turn, so that one works while the other waits for the disk.
 */
export const floorPostgres: Contender = {
  name: 'bare loop',
  store: 'PostgreSQL',
  server: 'postgres',
  acceptsInTime: true,
  async throughput({ jobs, group, url }) {
    await using floor = await open(url, 2);
    await floor.run(2000, group, () => {});
    return { ...(await timed(jobs, () => floor.run(jobs, group, () => {}))), group };
  },
  async latency({ starts, url }) {
    await using floor = await open(url, 1);
    return await oneByOne(starts, (began) => floor.run(1, 1, began));
  },
};

type Row = Record<string, unknown>;

const open = async (url: string, connections: number) => {
  const dir = await exampleDataDir({ store: postgresStore({ connectionString: url }) });
  await rm(dir, { recursive: true, force: true });
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query('SET search_path = runyard');
      return client;
    }),
  );
  const [first] = clients;
  if (!first) throw new Error('A floor needs a connection.');
  const rows = await rowsOf(first);
  const instance = randomBytes(16).toString('hex');

  const runGroup = async (client: pg.Client, count: number, call: () => void): Promise<void> => {
    const ids = Array.from({ length: count }, () => randomBytes(16).toString('hex'));
    const { run, attempt } = rows;
    const made = ids.map((id) => ({ ...run.first, id, created_at: Date.now() }));
    await client.query({ name: 'insert', text: run.insert, values: listsOf(made, run.columns) });
    const begun = ids.map((id) => ({ ...attempt.first, run_id: id, created_at: Date.now() }));
    const values = [...listsOf(begun, attempt.columns), ids, run.last.place, Date.now(), instance];
    await client.query({ name: 'claim', text: claim(attempt), values });
    for (const _ of ids) call();
    const { state, reason, sentence } = run.last;
    const ends = [ids, state, reason, sentence, Date.now(), attempt.last.state, attempt.last.outcome];
    await client.query({ name: 'settle', text: settle, values: ends });
  };
  return {
    async run(jobs: number, group: number, call: () => void): Promise<void> {
      let left = jobs;
      const lane = async (client: pg.Client): Promise<void> => {
        while (left > 0) {
          const count = Math.min(group, left);
          left -= count;
          await runGroup(client, count, call);
        }
      };
      await Promise.all(clients.map(lane));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
};

// The run and the attempt that are there, as they were made and as they ended, and how such rows are inserted.
const rowsOf = async (client: pg.Client) => {
  const read = async (table: string, asMade: Row) => {
    const { rows: columns } = await client.query<{ name: string; type: string }>(
      `SELECT column_name AS name, data_type AS type FROM information_schema.columns
       WHERE table_schema = 'runyard' AND table_name = $1 AND is_identity = 'NO' AND is_generated = 'NEVER'`,
      [table],
    );
    const [last = {}] = (await client.query<Row>(`SELECT * FROM ${table} LIMIT 1`)).rows;
    const names = columns.map(({ name }) => name);
    const lists = columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ');
    const insert = `INSERT INTO ${table} (${names.join(', ')}) SELECT * FROM unnest(${lists})`;
    return { columns: names, last, first: { ...last, ...asMade }, insert };
  };
  const unset = { reason: null, sentence: null, place: null, started_at: null, ended_at: null, commits: null };
  return {
    run: await read('runs', { ...unset, state: 'queued', attempt: 0, lease_epoch: 0 }),
    attempt: await read('attempts', { state: 'started', outcome: null, ended_at: null }),
  };
};

const listsOf = (rows: readonly Row[], columns: readonly string[]): unknown[][] =>
  columns.map((column) => rows.map((row) => row[column]));

const claim = ({ insert, columns }: { insert: string; columns: readonly string[] }): string => {
  const [ids, place, now, instance] = [1, 2, 3, 4].map((n) => `$${columns.length + n}`);
  return `WITH claimed AS (
      UPDATE runs SET state = 'running', place = ${place}, attempt = 1, started_at = ${now}, commits = '[]',
        lease_instance = ${instance}, lease_epoch = 1
      WHERE id = ANY(${ids}::text[]) AND state = 'queued' AND lease_epoch = 0)
    ${insert}`;
};

const settle = `WITH settled AS (
    UPDATE runs SET state = $2, reason = $3, sentence = $4, ended_at = $5, lease_instance = NULL
    WHERE id = ANY($1::text[]) AND lease_epoch = 1)
  UPDATE attempts SET state = $6, outcome = $7, ended_at = $5 WHERE run_id = ANY($1::text[]) AND attempt = 1`;

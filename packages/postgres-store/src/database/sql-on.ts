import type { Row } from '@runyard/core/sql';
import type { Sql } from './database.ts';
import type { PgClient } from './pool.ts';
import { plainQuery, type Queries } from './queries.ts';

/** A connection as our statements see it. */
export const sqlOn = (client: PgClient, query: Queries): Sql => ({
  rows: async (text, ...values) => (await client.query(query.kept(text, values))).rows as unknown as Row[],
  row: async (text, ...values) => (await client.query(query.kept(text, values))).rows[0] as unknown as Row | undefined,
  list: async (text, ...values) => (await client.query(query.once(text, values))).rows as unknown as Row[],
  run: async (text, ...values) => (await client.query(query.kept(text, values))).rowCount ?? 0,
  script: async (text) => void (await client.query(plainQuery(text, 0))),
});

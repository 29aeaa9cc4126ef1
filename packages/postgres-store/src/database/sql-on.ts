import type { Row } from '@runyard/core/sql';
import type { Sql } from './database.ts';
import type { PgClient } from './pool.ts';
import { type MakeQuery, plainQuery } from './queries.ts';

/** A connection as our statements see it. */
export const sqlOn = (client: PgClient, query: MakeQuery): Sql => ({
  rows: async (text, ...values) => (await client.query(query(text, values))).rows as unknown as Row[],
  row: async (text, ...values) => (await client.query(query(text, values))).rows[0] as unknown as Row | undefined,
  run: async (text, ...values) => (await client.query(query(text, values))).rowCount ?? 0,
  script: async (text) => void (await client.query(plainQuery(text, 0))),
});

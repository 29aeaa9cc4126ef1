import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { askPostgres } from './ask-postgres.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

/** A server for the tests of one file: their own, or the one that `RUNYARD_TEST_DATABASE_URL` names. */
export interface TestPostgres {
  url(): string;
  /** The name of a schema that does not exist yet; it is dropped, with all in it, by `drop`. */
  schema(): string;
  drop(schema: string): Promise<void>;
}

/** Call it once in a file or a `describe`. */
export const usePostgres = (): TestPostgres => {
  const given = process.env.RUNYARD_TEST_DATABASE_URL;
  let server: PostgresServer | null = null;
  if (!given) {
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server?.[Symbol.asyncDispose]());
  }
  const url = (): string => given ?? (server as PostgresServer).url;
  return {
    url,
    schema: () => `runyard_${randomBytes(6).toString('hex')}`,
    drop: async (schema) => void (await askPostgres(url(), `DROP SCHEMA IF EXISTS "${schema}" CASCADE`)),
  };
};

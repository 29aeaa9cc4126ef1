// @runyard/postgres-store: the public names, by hand.

export type { DatabaseOptions } from './database/options.ts';
export type { PgClient, PgNotification, PgPool, PgQuery, PgResult, PgTypes } from './database/pool.ts';
export { postgresLogStore } from './log-store/postgres-log-store.ts';
export type { PostgresStoreOptions } from './postgres-store.ts';
export { postgresStore } from './postgres-store.ts';

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { RunyardError } from '../domain/errors.ts';
import type { StoreVersion } from '../domain/store-version.ts';
import type { StoreInspection } from '../ports/store-inspection.ts';

export interface PostgresAddress {
  connectionString: string;
  schema?: string;
}

/** What `@runyard/postgres-store` exports for the command line. `where` names database and schema, never the password. */
export interface PostgresTools {
  /** Reads only, and little. `version` null: there is no store; `known`: what this code makes. */
  postgresVersion(address: PostgresAddress): Promise<{ where: string; version: StoreVersion | null; known: number }>;
  /** Does what `postgresStore` does when it is opened. `from` 0: there was no store. */
  migratePostgres(address: PostgresAddress): Promise<{ where: string; from: number; to: number; known: number }>;
  /** Reads only, and everything. */
  inspectPostgres(address: PostgresAddress): Promise<StoreInspection>;
}

const name = '@runyard/postgres-store';

/** The package as the host has it installed: looked for from the working directory, then from beside us. */
export const postgresTools = (cwd: string): PostgresTools => {
  const found = [join(cwd, 'package.json'), import.meta.url].map(requireFrom).find((tools) => tools !== null);
  if (!found) throw refused(`which is not installed here: run the command in the host's own project, or`);
  if (!verbs.every((verb) => typeof found[verb] === 'function')) throw refused('and the one here is too old:');
  return found as PostgresTools;
};

const verbs = ['postgresVersion', 'migratePostgres', 'inspectPostgres'] as const satisfies (keyof PostgresTools)[];

const requireFrom = (place: string): Partial<PostgresTools> | null => {
  try {
    return createRequire(place)(name) as Partial<PostgresTools>;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === 'MODULE_NOT_FOUND' && message.includes(name)) return null;
    throw error;
  }
};

const refused = (why: string): RunyardError =>
  new RunyardError('invalid-option', `A PostgreSQL store needs ${name}, ${why} \`npm install ${name}\`.`, {
    field: 'database',
  });

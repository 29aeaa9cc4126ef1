import { openDataDir } from '../../adapters/data-dir/open-data-dir.ts';
import { versionOfStore } from '../../adapters/sqlite-store/inspect-store.ts';
import { newest } from '../../adapters/sqlite-store/migrations/all-migrations.ts';
import { sqliteStore } from '../../adapters/sqlite-store/sqlite-store.ts';
import { systemClock } from '../../adapters/system-clock/system-clock.ts';
import { systemEntropy } from '../../adapters/system-entropy/system-entropy.ts';
import { refuseNewer, type StoreVersion } from '../../domain/store-version.ts';
import { existingDir, ownDir } from '../existing-dir.ts';
import { postgresTools } from '../postgres-tools.ts';
import type { WhichStore } from '../which-store.ts';

/** From which version to which a store comes; the same where nothing is due. 0: there is none yet. */
export interface Migration {
  where: string;
  from: number;
  to: number;
  /** The version that this code makes. */
  known: number;
}

/** What `migrateStore` would do, without doing it: also beside a running host. */
export const planMigration = async (store: WhichStore, cwd: string): Promise<Migration> => {
  if (store.kind === 'postgres') {
    const { where, version, known } = await postgresTools(cwd).postgresVersion(addressOf(store));
    return planned(where, version, known);
  }
  await existingDir(store.dataDir);
  return planned(store.file, versionOfStore(store.file), newest);
};

/** Migrates it. Throws `data-dir-locked` where a host holds the data directory. */
export const migrateStore = async (store: WhichStore, cwd: string): Promise<Migration> => {
  if (store.kind === 'postgres') return postgresTools(cwd).migratePostgres(addressOf(store));
  await ownDir(store.dataDir);
  const clock = systemClock();
  const dir = await openDataDir(store.dataDir, { clock, waitMs: 1_000 });
  try {
    const plan = planned(store.file, versionOfStore(store.file), newest);
    const host = { dataDir: dir.dir, place: dir.place, clock, entropy: systemEntropy(), logger: silent };
    // Opening migrates: by the same way as a host, under the same locks.
    const opened = sqliteStore(store.own ? {} : { file: store.file })(host);
    await opened.open();
    await opened.close();
    return plan;
  } finally {
    await dir.release();
  }
};

const planned = (where: string, found: StoreVersion | null, known: number): Migration => {
  if (found !== null && found.worksSince > known) throw refuseNewer(where, found, known);
  const from = found?.version ?? 0;
  return { where, from, to: Math.max(from, known), known };
};

const addressOf = ({ url, schema }: Extract<WhichStore, { kind: 'postgres' }>) => ({
  connectionString: url,
  ...(schema !== undefined && { schema }),
});

const quiet = (): void => {};
const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet };

import { inspectStore } from '../../adapters/sqlite-store/inspect-store.ts';
import { isRunyardError } from '../../domain/errors.ts';
import type { Given } from '../command.ts';
import { existingDir } from '../existing-dir.ts';
import { postgresTools } from '../postgres-tools.ts';
import type { WhichStore } from '../which-store.ts';
import { checkDataDir } from './checks/data-dir.ts';
import { checkDisk } from './checks/disk.ts';
import { checkHolder } from './checks/holder.ts';
import { checkMachine } from './checks/machine.ts';
import { checkStore } from './checks/store.ts';
import { type Finding, wrong } from './finding.ts';

/** Looks at everything, in the order in which a host depends on it. Throws where there is nothing to look at. */
export const examine = async (store: WhichStore, { cwd, now }: Pick<Given, 'cwd' | 'now'>): Promise<Finding[]> => {
  if (store.kind === 'postgres') {
    const { url: connectionString, schema } = store;
    const address = { connectionString, ...(schema !== undefined && { schema }) };
    return [
      ...(await checkMachine()),
      ...checkStore(await postgresTools(cwd).inspectPostgres(address), now(), restoreServer),
    ];
  }
  await existingDir(store.dataDir);
  return [
    ...(await checkMachine()),
    ...(await checkDataDir(store.dataDir)),
    ...(await checkDisk(store.dataDir)),
    ...(await checkHolder(store.dataDir)),
    ...examineFile(store.file, now()),
  ];
};

const examineFile = (file: string, now: number): Finding[] => {
  try {
    return checkStore(inspectStore(file), now, restore);
  } catch (error) {
    if (!isRunyardError(error)) throw error;
    return [wrong('store', error.message, restore)];
  }
};

const restoreServer = "Look at the server's log, and restore the database as PostgreSQL's manual says.";

const restore =
  'Stop the host, move runyard.db, runyard.db-wal and runyard.db-shm aside, and put back a backup as runyard.db.';

import { existsSync } from 'node:fs';
import { judgeVersion, refuseDue, type StoreVersion } from '../../domain/store-version.ts';
import { migrations, newest } from './migrations/all-migrations.ts';
import { openToLook } from './open-database.ts';
import { readVersion } from './read-version.ts';
import { sqlOver } from './sql.ts';

/**
 * For hosts that may not migrate: throws `store-older` where one that may would. Changes nothing, and makes no file.
 * Called by who holds the lock, so no one writes meanwhile.
 */
export const refuseWhenDue = (file: string, option: string): void => {
  const verdict = judgeVersion(versionOf(file), migrations);
  if (verdict.kind === 'due') throw refuseDue(file, { from: verdict.from, to: newest }, option);
};

const versionOf = (file: string): StoreVersion | null => {
  if (!existsSync(file)) return null;
  const db = openToLook(file);
  try {
    return readVersion(sqlOver(db), file);
  } finally {
    db.close();
  }
};

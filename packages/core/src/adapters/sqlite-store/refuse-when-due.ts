import { existsSync } from 'node:fs';
import { judgeVersion, refuseDue, type StoreVersion } from '../../domain/store-version.ts';
import { migrations, newest } from './migrations/all-migrations.ts';
import { openReader } from './open-database.ts';
import { readVersion } from './read-version.ts';
import { sqlOver } from './sql.ts';

/** For hosts that may not migrate: throws `store-older` where one that may would. Changes nothing, and makes no file. */
export const refuseWhenDue = (file: string, option: string): void => {
  const verdict = judgeVersion(versionOf(file), migrations);
  if (verdict.kind === 'due') throw refuseDue(file, { from: verdict.from, to: newest }, option);
};

const versionOf = (file: string): StoreVersion | null => {
  if (!existsSync(file)) return null;
  const db = openReader(file);
  try {
    return readVersion(sqlOver(db), file);
  } finally {
    db.close();
  }
};

import { judgeVersion, refuseDue } from '../../domain/store-version.ts';
import { versionOfStore } from './inspect-store.ts';
import { migrations, newest } from './migrations/all-migrations.ts';

/** For hosts that may not migrate: throws `store-older` where one that may would. Changes nothing, and makes no file. */
export const refuseWhenDue = (file: string, option: string): void => {
  const verdict = judgeVersion(versionOfStore(file), migrations);
  if (verdict.kind === 'due') throw refuseDue(file, { from: verdict.from, to: newest }, option);
};

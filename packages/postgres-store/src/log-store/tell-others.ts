import type { Database } from '../database/database.ts';
import { statements } from './statements.ts';

/** Tells the followers in other processes that these logs changed. Nobody waits for it, and if it gets lost they look by themselves. */
export const tellOthers = (database: Pick<Database, 'rows'>, keys: readonly string[]): void => {
  if (keys.length > 0) database.rows(statements.tell, keys).catch(() => undefined);
};

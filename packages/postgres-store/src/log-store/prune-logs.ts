import type { Database } from '../database/database.ts';
import { statements } from './statements.ts';

/** Looked at in one go. */
const most = 500;

/**
 * Finds logs that no run leads to, a page at each call. One is removed when it is found so twice, in calls that lie apart: its run may
 * just be on its way.
 */
export const logPruner = (database: Database, remove: (key: string) => Promise<void>) => {
  let after = '';
  let suspects: string[] = [];
  const forsaken = async (keys: readonly string[]): Promise<string[]> =>
    keys.length === 0 ? [] : (await database.rows(statements.forsaken, keys)).map(([key]) => key as string);

  return async (signal: AbortSignal): Promise<void> => {
    for (const key of await forsaken(suspects)) {
      signal.throwIfAborted();
      await remove(key);
    }
    const page = (await database.rows(statements.keys, after, most)).map(([key]) => key as string);
    suspects = await forsaken(page);
    after = page.length < most ? '' : (page.at(-1) as string);
  };
};

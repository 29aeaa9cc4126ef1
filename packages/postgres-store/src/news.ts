import type { StoreNews } from '@runyard/core';
import type { Statement } from './database/database.ts';

/** The channel on which instances tell each other what they have committed. */
export const newsChannel = 'news';

/** PostgreSQL takes payloads of less than 8000 bytes. An id has 32 letters. */
const mostIds = 230;

/**
 * Tells who changed which runs; too many are told as `*`. Not to be said within the transaction: one that notifies holds a lock of the
 * whole server until the disk has its commit, so that of all instances only one would commit at a time.
 */
export const newsStatement = (sender: string, ids: readonly string[]): Statement => ({
  text: "SELECT pg_notify('news', $1)",
  values: [`${sender} ${ids.length > mostIds ? '*' : ids.join(' ')}`],
});

/** What a payload says; null: it is our own. Null as payload is a gap, where anything may have been missed. */
export const parseNews = (payload: string | null, self: string): StoreNews | null => {
  if (payload === null) return { runs: null };
  const [sender, ...ids] = payload.split(' ');
  if (sender === self) return null;
  if (ids[0] === '*') return { runs: null };
  return { runs: ids.filter((id) => id !== '') };
};

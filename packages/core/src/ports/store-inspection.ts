import type { StoreVersion } from '../domain/store-version.ts';

/** A store as `runyard doctor` sees it: read only, beside whatever host runs on it. */
export interface StoreInspection {
  /** Names the store in sentences: its file, or its database and schema. */
  where: string;
  /** null: there is no store yet. */
  version: StoreVersion | null;
  /** The store version that this code knows. */
  known: number;
  installation: string | null;
  /** What the database itself found wrong with its files, in its words; empty: nothing. */
  damage: readonly string[];
  /** Promises that do not hold, with some of the records that break each. With `todo` it does no harm, and that may be done about it. */
  broken: readonly { what: string; examples: readonly string[]; todo?: string }[];
  /** What could not be read, a sentence each. */
  unreadable: readonly string[];
  /** When its newest run was made, epoch ms; null: there is none. */
  newestRunAt: number | null;
  /** Now by the store's own clock, epoch ms; null: it has none. */
  now: number | null;
}

import { RunyardError } from './errors.ts';

/**
 * A step of a store's schema. The version of a store is how many of these it has seen.
 *
 * Expand first: new tables and indexes, new columns that may be null or have a default, so that code that knows
 * nothing of them reads and writes as before. Contract later, once no code that is supported needs what goes.
 */
export interface Migration<Step = string> {
  readonly step: Step;
  /**
   * The oldest version whose code still works on the store behind this step. A step that expands keeps that of the step
   * before; one that contracts raises it.
   */
  readonly worksSince: number;
}

/** What a store says of itself. */
export interface StoreVersion {
  readonly version: number;
  /** The oldest version whose code still works on it. */
  readonly worksSince: number;
}

export type VersionVerdict =
  /** As this code makes it; or newer, and this code still works on it. Nothing is to be done. */
  | { kind: 'fits' }
  | { kind: 'due'; from: number; to: number; worksSince: number }
  /** Newer, and this code would no longer understand it. */
  | { kind: 'too-new' };

/** What code that has these migrations may do with such a store; null: an empty one. */
export const judgeVersion = (found: StoreVersion | null, migrations: readonly Migration<unknown>[]): VersionVerdict => {
  const to = migrations.length;
  const from = found?.version ?? 0;
  if (from < to) return { kind: 'due', from, to, worksSince: migrations[to - 1]!.worksSince };
  return from > to && found!.worksSince > to ? { kind: 'too-new' } : { kind: 'fits' };
};

/**
 * What a store wrote down, read again: null where there is nothing. A store of the first version did not say for whom it
 * works. `where` names the store in the sentence.
 */
export const parseVersion = (
  where: string,
  version: string | undefined,
  worksSince: string | undefined,
): StoreVersion | null => {
  if (version === undefined) return null;
  const parsed = { version: Number(version), worksSince: Number(worksSince ?? version) };
  if (Number.isInteger(parsed.version) && Number.isInteger(parsed.worksSince)) return parsed;
  throw new RunyardError(
    'store-unavailable',
    `${where} does not say which version it is of ('${version}'): it is damaged, or no store of Runyard. Put back a copy of it.`,
  );
};

export const refuseNewer = (where: string, found: StoreVersion, known: number): RunyardError =>
  new RunyardError(
    'store-newer',
    `${where} was made by a newer Runyard (store version ${found.version}, for code that knows ${found.worksSince} or later; this one knows ${known}): upgrade @runyard/core, or give this host a store of its own.`,
    { expected: `${known} or older`, received: String(found.version) },
  );

/** For hosts that may not migrate. `option` is what the command has to be told to find the store. */
export const refuseDue = (where: string, due: { from: number; to: number }, option: string): RunyardError =>
  new RunyardError(
    'store-older',
    `${where} ${due.from === 0 ? 'is not made yet' : `is of store version ${due.from}`}, and this Runyard wants ${due.to}: run \`npx runyard migrate ${option}\`, or open it with \`migrate: 'auto'\`.`,
    { expected: String(due.to), received: String(due.from) },
  );

/**
 * Before a step that contracts: code that no longer works behind it must be gone. `older` are the instances whose lease
 * has not expired and whose code knows less than `worksSince`; the ids tell which.
 */
export const refuseWhileOlderLives = (where: string, worksSince: number, older: readonly string[]): RunyardError =>
  new RunyardError(
    'store-in-use',
    `${where} cannot be migrated while hosts run whose code would not work behind that (instances ${older.join(', ')}; store version ${worksSince} or later is needed): end them first, or upgrade through the version between.`,
  );

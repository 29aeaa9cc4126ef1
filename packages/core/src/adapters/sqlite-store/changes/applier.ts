import type { Change } from '../../../ports/store.ts';
import { runStatements as runs } from '../../shared/sql/statements/runs.ts';
import type { Sql } from '../sql.ts';

/** Why a change was not made: its guard did not hold. `id` is the record in the way, where that is known. */
export interface Refusal {
  id?: string;
}

/** Makes one change, or returns why not. It looks at its guard before its first write. */
export type Applier<Kind extends Change['kind']> = (
  sql: Sql,
  change: Extract<Change, { kind: Kind }>,
) => Refusal | null;

/** For guards that are part of the statement: nothing changed means that the guard did not hold. */
export const unless = (changed: number, refusal: () => Refusal = () => ({})): Refusal | null =>
  changed > 0 ? null : refusal();

/** The refusal that names the record in the way. */
export const inTheWay = (id: string | undefined): Refusal => (id === undefined ? {} : { id });

export const textOf = (row: readonly unknown[] | undefined): string | undefined => row?.[0] as string | undefined;

/** Null when the job's active runs are exactly the expected ones. */
export const otherActive = (sql: Sql, jobId: string, expected: readonly string[]): Refusal | null => {
  const active = sql.rows(runs.activeIds, jobId).map(([id]) => id as string);
  const unexpected = active.find((id) => !expected.includes(id));
  if (unexpected !== undefined) return { id: unexpected };
  return active.length === new Set(expected).size ? null : {};
};

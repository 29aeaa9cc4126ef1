import type { Change } from '../../ports/store.ts';
import type { Tables } from './tables.ts';
import type { Undo } from './undo.ts';

/** Why a change was not made: its guard did not hold. `id` is the record in the way, where that is known. */
export interface Refusal {
  id?: string;
}

/** Makes one change, or returns why not; what takes it back goes to `undo`. */
export type Applier<Kind extends Change['kind']> = (
  tables: Tables,
  change: Extract<Change, { kind: Kind }>,
  undo: Undo,
) => Refusal | null;

/** The job's active runs, oldest first. */
export const activeIds = (tables: Tables, jobId: string): string[] =>
  [...(tables.active.get(jobId) ?? [])].sort((a, b) => seqOf(tables, a) - seqOf(tables, b));

/** Null when the job's active runs are exactly the expected ones. */
export const otherActive = (tables: Tables, jobId: string, expected: readonly string[]): Refusal | null => {
  const active = activeIds(tables, jobId);
  const unexpected = active.find((id) => !expected.includes(id));
  if (unexpected !== undefined) return { id: unexpected };
  return active.length === new Set(expected).size ? null : {};
};

const seqOf = (tables: Tables, id: string): number => tables.runs.get(id)?.seq ?? 0;

import { fromOccurrence, toOccurrence } from '../../shared/sql/rows.ts';
import { occurrenceStatements as occurrences } from '../../shared/sql/statements/occurrences.ts';
import { retentionStatements } from '../../shared/sql/statements/retention.ts';
import { type Applier, unless } from './applier.ts';

export const insertOccurrence: Applier<'occurrence.insert'> = (sql, { occurrence }) =>
  unless(sql.run(occurrences.insert, ...fromOccurrence(occurrence)));

export const coverOccurrence: Applier<'occurrence.cover'> = (sql, { occurrence }) => {
  const { jobId, from, to, count, reason, recordedAt } = occurrence;
  // The last row that begins in its range or before it.
  const row = sql.row(occurrences.before, jobId, to);
  const before = row && toOccurrence(row);
  if (before && before.to >= from) return {};
  if (before && before.runId === null && before.reason === reason)
    return unless(sql.run(occurrences.extend, jobId, before.from, to, before.count + count, recordedAt));
  return unless(sql.run(occurrences.insert, ...fromOccurrence(occurrence)));
};

export const withdrawOccurrence: Applier<'occurrence.withdraw'> = (sql, { jobId, from, keep }) =>
  unless(
    keep === null
      ? sql.run(occurrences.remove, jobId, from)
      : sql.run(occurrences.keep, jobId, from, keep.to, keep.count),
  );

export const pruneOccurrences: Applier<'occurrence.prune'> = (sql, { jobId, before }) => {
  sql.run(retentionStatements.pruneRows, jobId, before);
  return null;
};

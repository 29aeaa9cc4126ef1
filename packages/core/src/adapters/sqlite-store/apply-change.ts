import type { Change } from '../../ports/store.ts';
import type { Applier, Refusal } from './changes/applier.ts';
import { insertAttempt, writeAttempt } from './changes/attempts.ts';
import { insertAudit, pruneAudit } from './changes/audit.ts';
import { expectDocument, insertDocument, removeDocument, updateDocument } from './changes/documents.ts';
import { forgetInstances, putInstance } from './changes/instances.ts';
import { expectJob, forgetJob, insertJob, moveCursor, removeJob, updateJob } from './changes/jobs.ts';
import { coverOccurrence, insertOccurrence, pruneOccurrences, withdrawOccurrence } from './changes/occurrences.ts';
import { adoptRun, insertRun, pruneRun, releaseKey, requestStop, writeRun } from './changes/runs.ts';
import type { Sql } from './sql.ts';

const appliers: { readonly [Kind in Change['kind']]: Applier<Kind> } = {
  'job.insert': insertJob,
  'job.update': updateJob,
  'job.remove': removeJob,
  'job.forget': forgetJob,
  'job.expect': expectJob,
  'cursor.move': moveCursor,
  'occurrence.insert': insertOccurrence,
  'occurrence.cover': coverOccurrence,
  'occurrence.withdraw': withdrawOccurrence,
  'occurrence.prune': pruneOccurrences,
  'run.insert': insertRun,
  'run.release-key': releaseKey,
  'run.adopt': adoptRun,
  'run.request-stop': requestStop,
  'run.write': writeRun,
  'run.prune': pruneRun,
  'attempt.insert': insertAttempt,
  'attempt.write': writeAttempt,
  'instance.put': putInstance,
  'instance.forget': forgetInstances,
  'document.insert': insertDocument,
  'document.update': updateDocument,
  'document.remove': removeDocument,
  'document.expect': expectDocument,
  'audit.insert': insertAudit,
  'audit.prune': pruneAudit,
};

/** Makes the change inside the open transaction; a refusal has written nothing. */
export const applyChange = <Kind extends Change['kind']>(
  sql: Sql,
  change: Extract<Change, { kind: Kind }>,
): Refusal | null => (appliers[change.kind as Kind] as Applier<Kind>)(sql, change);

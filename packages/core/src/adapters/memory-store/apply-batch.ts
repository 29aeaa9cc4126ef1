import type { Change, CommitResult } from '../../ports/store.ts';
import type { Applier, Refusal } from './applier.ts';
import { insertAttempt, writeAttempt } from './change-attempts.ts';
import { insertAudit, pruneAudit } from './change-audit.ts';
import { expectDocument, insertDocument, removeDocument, updateDocument } from './change-documents.ts';
import { forgetInstances, putInstance } from './change-instances.ts';
import { expectJob, forgetJob, insertJob, moveCursor, removeJob, updateJob } from './change-jobs.ts';
import { coverOccurrence, insertOccurrence, pruneOccurrences, withdrawOccurrence } from './change-occurrences.ts';
import { adoptRun, insertRun, pruneRun, releaseKey, requestStop, writeRun } from './change-runs.ts';
import type { Tables } from './tables.ts';
import { takeBack, type Undo } from './undo.ts';

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

/** All of the batch, or nothing of it. */
export const applyBatch = (tables: Tables, batch: readonly Change[]): CommitResult => {
  const undo: Undo = [];
  for (const [index, change] of batch.entries()) {
    const refusal = apply(tables, change, undo);
    if (!refusal) continue;
    takeBack(undo);
    return { ok: false, change: index, ...refusal };
  }
  return { ok: true };
};

const apply = <Kind extends Change['kind']>(
  tables: Tables,
  change: Extract<Change, { kind: Kind }>,
  undo: Undo,
): Refusal | null => (appliers[change.kind as Kind] as Applier<Kind>)(tables, change, undo);

import type { Change, CommitResult } from '@runyard/core';
import { expectDocument, insertDocument, removeDocument, updateDocument } from '../documents/decide.ts';
import { type Image, keep, undo } from '../image.ts';
import type { Taken, TakenOf } from '../take.ts';
import { insertAttempt, writeAttempt } from './attempts.ts';
import { insertAudit, pruneAudit } from './audit.ts';
import { forgetInstances, putInstance } from './instances.ts';
import { expectJob, insertJob, moveCursor, removeJob, updateJob } from './jobs.ts';
import { coverOccurrence, insertOccurrence, withdrawOccurrence } from './occurrences.ts';
import type { Refusal } from './refusal.ts';
import { forgetJob, pruneOccurrences, pruneRun } from './retention.ts';
import { adoptRun, insertRun, releaseKey, requestStop, writeRun } from './runs.ts';

type Decide<Kind extends Change['kind']> = (image: Image, change: TakenOf<Kind>) => Refusal | null;

const deciders: { readonly [Kind in Change['kind']]: Decide<Kind> } = {
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

/** Applies the batches to the image, one behind the other; one that is refused leaves it as it was. Asks nobody, waits for nothing. */
export const decide = (image: Image, batches: readonly (readonly Taken[])[]): CommitResult[] =>
  batches.map((batch) => {
    for (const [index, change] of batch.entries()) {
      const refusal = (deciders[change.kind] as Decide<Change['kind']>)(image, change as never);
      if (!refusal) continue;
      undo(image);
      return { ok: false, change: index, ...refusal };
    }
    keep(image);
    return { ok: true };
  });

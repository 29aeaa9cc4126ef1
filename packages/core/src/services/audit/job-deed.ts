import type { Deed } from '../../access/audited.ts';
import type { Job, JobSpec } from '../../domain/job/job.ts';
import { isSameJson } from '../same-json.ts';

export type JobDeed = 'created' | 'updated' | 'paused' | 'resumed' | 'removed' | 'applied';

/** An entry holds 8 KiB at most, and a note may be as long as one likes. */
const longestNote = 1000;

/** What was done to a job: which fields were changed, and never to what, since that may be nobody else's business. */
export const jobDeed = (
  deed: JobDeed,
  {
    before,
    after,
    note,
    cloned,
  }: { before: Job | null; after: Job; note?: string | undefined; cloned?: { id: string; name: string } },
): Deed => {
  const { id, spec } = after;
  const changed = before ? changedFields(before.spec, spec) : [];
  const details = {
    ...(deed === 'applied' && { change: before ? 'updated' : 'created' }),
    ...(changed.length > 0 && { changed }),
    ...(cloned && { from: cloned }),
    ...(note !== undefined && { note: note.slice(0, longestNote) }),
  };
  return { action: `job.${deed}`, subject: { kind: 'job', id, name: spec.name }, owner: spec.owner, details };
};

const changedFields = (before: JobSpec, after: JobSpec): string[] =>
  (Object.keys(after) as (keyof JobSpec)[]).filter((field) => !isSameJson(before[field], after[field]));

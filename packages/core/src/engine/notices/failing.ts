import type { Job } from '../../domain/job/job.ts';
import type { FailingData, FailingDocument, Target } from '../../domain/notice/records.ts';
import type { Change } from '../../ports/store.ts';
import type { EngineContext } from '../context.ts';

/** How a job stands when one of its runs is about to end: who listens for its recovery now, and who is owed one. */
export interface Standing {
  listening: readonly Target[];
  /** null: the last of its runs that ended did not fail, or nobody listened then. */
  failing: FailingDocument | null;
}

/**
 * Asked before the end is written; of many that end at once it is read once. Null: nobody listens for its recovery. What is then written with the end
 * is guarded by what was read, so that of several ends, at whichever instance, one tells the recovery.
 */
export const standingOf = async (
  context: EngineContext,
  { id, spec }: Pick<Job, 'id' | 'spec'>,
): Promise<Standing | null> => {
  const { notices, store } = context;
  const listening = notices.wanting('run.recovered', { id, owner: spec.owner });
  if (listening.length === 0) return null;
  const read = async () => (await store.document('failing', id)) as FailingDocument | null;
  const failing = await notices.failing.ask(id, read);
  return { listening, failing: failing && (await withoutRemoved(context, failing, listening)) };
};

/** A run failed: whoever listens now is owed a recovery. */
export const becomesFailing = ({ listening, failing }: Standing, jobId: string, now: number): Change[] => {
  const before = failing?.data.owed ?? [];
  const owed = [...new Set([...before, ...listening.map(({ webhook }) => webhook)])];
  if (!failing) {
    const identity = { kind: 'failing', id: jobId, owner: '', name: jobId, lookup: null } as const;
    const document = { ...identity, revision: 1, data: { owed }, createdAt: now, updatedAt: now };
    return [{ kind: 'document.insert', document }];
  }
  // Else a recovery that is written just now would be told as the last word.
  if (owed.length === before.length) return [{ kind: 'document.expect', documentKind: 'failing', id: jobId }];
  return [updated(failing, { owed }, now)];
};

/** A run succeeded: who is told that it is a recovery, and what is written of that. */
export const recovers = (
  { listening, failing }: Standing,
  now: number,
): { told: readonly Target[]; changes: Change[] } => {
  if (!failing) return { told: [], changes: [] };
  const told = listening.filter(({ webhook }) => failing.data.owed.includes(webhook));
  if (told.length === 0) return { told, changes: [] };
  const owed = failing.data.owed.filter((one) => !told.some(({ webhook }) => webhook === one));
  const { id, revision: expectRevision } = failing;
  if (owed.length > 0) return { told, changes: [updated(failing, { owed }, now)] };
  return { told, changes: [{ kind: 'document.remove', documentKind: 'failing', id, expectRevision }] };
};

const updated = (failing: FailingDocument, data: FailingData, now: number): Change => ({
  kind: 'document.update',
  document: { ...failing, revision: failing.revision + 1, data, updatedAt: now },
  expectRevision: failing.revision,
});

// Who does not listen now may be disabled, or known to another instance only: he is owed it still. What was removed never comes back.
const withoutRemoved = async (
  { store }: EngineContext,
  failing: FailingDocument,
  listening: readonly Target[],
): Promise<FailingDocument> => {
  const owed: (string | null)[] = [];
  for (const webhook of failing.data.owed) {
    const isThere = webhook === null || listening.some((one) => one.webhook === webhook);
    if (isThere || (await store.document('webhook', webhook))) owed.push(webhook);
  }
  return { ...failing, data: { owed } };
};

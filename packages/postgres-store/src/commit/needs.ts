import { type DocumentNeeds, needDocument, noDocuments } from './documents/needs.ts';
import type { Mode } from './mode.ts';
import type { Taken, TakenOf } from './take.ts';

/** What has to be read, and locked to the end of the transaction, before the batches can be decided. */
export interface Needs {
  /** To be there to the end: a job that is being removed is waited for, one that is edited is not. */
  jobs: Set<string>;
  /** Nobody else may edit them, or look at their active runs to decide by them, to the end. */
  guardedJobs: Set<string>;
  /** Nobody may even count on them being there. */
  removedJobs: Set<string>;
  /** Jobs that are to be new: one that was removed has its id still. */
  newJobs: Set<string>;
  names: { owner: string; name: string }[];
  cursors: Set<string>;
  active: Set<string>;
  runs: Set<string>;
  /** Runs that are only wanted where nobody else has them just now. */
  claims: Set<string>;
  keys: { jobId: string; idempotencyKey: string }[];
  attempts: { runId: string; attempt: number }[];
  /** Runs of which is asked what is left to dispose of. */
  undisposed: Set<string>;
  /** Removed jobs of which is asked what runs are left. */
  forgotten: Set<string>;
  places: Set<string>;
  /** GPUs are asked for. */
  gpus: boolean;
  /** Which code the store works for. */
  version: boolean;
  /** By job: which instants of its ledger. */
  ledgers: Map<string, { from: number; to: number }>;
  documents: DocumentNeeds;
}

export const needsOf = (batches: readonly (readonly Taken[])[], mode: Mode): Needs => {
  const needs: Needs = {
    jobs: new Set(),
    guardedJobs: new Set(),
    removedJobs: new Set(),
    newJobs: new Set(),
    names: [],
    cursors: new Set(),
    active: new Set(),
    runs: new Set(),
    claims: new Set(),
    keys: [],
    attempts: [],
    undisposed: new Set(),
    forgotten: new Set(),
    places: new Set(),
    gpus: false,
    version: false,
    ledgers: new Map(),
    documents: noDocuments(),
  };
  for (const batch of batches) for (const change of batch) need(needs, { change, batch, mode });
  if (mode === 'assume' && needs.undisposed.size > 0) needWhatGoes(needs, batches);
  return needs;
};

// What is written of a run that is pruned behind it is not written, so no fence would tell whether it was as expected.
const needWhatGoes = (needs: Needs, batches: readonly (readonly Taken[])[]): void => {
  for (const change of batches.flat()) {
    if (change.kind !== 'attempt.insert' && change.kind !== 'attempt.write') continue;
    if (needs.undisposed.has(change.attempt.runId)) needs.attempts.push(change.attempt);
  }
};

const need = (needs: Needs, given: { change: Taken; batch: readonly Taken[]; mode: Mode }): void => {
  const { change, batch, mode } = given;
  switch (change.kind) {
    case 'job.insert':
      needs.newJobs.add(change.job.id);
      needs.guardedJobs.add(change.job.id);
      needs.cursors.add(change.job.id);
      needs.names.push(change.job.spec);
      return;
    case 'job.update':
      needs.guardedJobs.add(change.job.id);
      needs.cursors.add(change.job.id);
      needs.names.push(change.job.spec);
      return;
    case 'job.remove':
      needs.removedJobs.add(change.id);
      needs.active.add(change.id);
      return;
    case 'job.expect':
      if (mode === 'read') needs.jobs.add(change.id);
      return;
    case 'cursor.move':
      if (change.revision !== undefined) needs.guardedJobs.add(change.jobId);
      needs.cursors.add(change.jobId);
      return;
    case 'occurrence.insert':
      if (mode === 'read') reach(needs, change.occurrence.jobId, change.occurrence);
      return;
    case 'occurrence.cover':
      needs.guardedJobs.add(change.occurrence.jobId);
      reach(needs, change.occurrence.jobId, change.occurrence);
      return;
    case 'occurrence.withdraw':
      needs.guardedJobs.add(change.jobId);
      reach(needs, change.jobId, { from: change.from, to: change.from });
      return;
    case 'occurrence.prune':
      needs.guardedJobs.add(change.jobId);
      return;
    case 'run.prune':
      needs.runs.add(change.id);
      needs.undisposed.add(change.id);
      return;
    case 'job.forget':
      needs.forgotten.add(change.id);
      return;
    case 'run.insert':
      needInsert(needs, change, mode);
      return;
    case 'run.write':
      needWrite(needs, change, mode);
      return;
    case 'run.release-key':
    case 'run.adopt':
    case 'run.request-stop':
      needs.runs.add(change.id);
      return;
    case 'attempt.insert':
      if (mode === 'read') needs.attempts.push(change.attempt);
      if (change.within) needs.places.add(change.attempt.place);
      if (change.attempt.gpus.length > 0) needs.gpus = true;
      return;
    case 'attempt.write':
      if (mode === 'read') needs.attempts.push(change.attempt);
      // Its run's epoch is known where the same batch writes the run before it.
      if (change.epoch !== undefined && !writtenBefore(batch, change)) needs.runs.add(change.attempt.runId);
      return;
    case 'instance.put':
      needs.version = true;
      return;
    case 'document.insert':
    case 'document.update':
    case 'document.remove':
    case 'document.expect':
    case 'audit.insert':
      needDocument(needs.documents, change, mode);
      return;
    case 'audit.prune':
    case 'instance.forget':
      return;
  }
};

const needInsert = (needs: Needs, { run, whileActive }: TakenOf<'run.insert'>, mode: Mode): void => {
  if (whileActive) {
    needs.guardedJobs.add(run.jobId);
    needs.active.add(run.jobId);
  }
  if (mode === 'assume') return;
  needs.runs.add(run.id);
  if (run.idempotencyKey !== null) needs.keys.push({ jobId: run.jobId, idempotencyKey: run.idempotencyKey });
};

const needWrite = (needs: Needs, { run, expectState, retry }: TakenOf<'run.write'>, mode: Mode): void => {
  if (expectState === 'queued' && (run.state === 'starting' || run.state === 'running')) needs.claims.add(run.id);
  else if (mode === 'read' || retry) needs.runs.add(run.id);
};

const writtenBefore = (batch: readonly Taken[], { attempt }: TakenOf<'attempt.write'>): boolean => {
  for (const change of batch) {
    if (change.kind === 'run.write' && change.run.id === attempt.runId) return true;
    if (change.kind === 'attempt.write' && change.attempt === attempt) return false;
  }
  return false;
};

const reach = ({ ledgers }: Needs, jobId: string, { from, to }: { from: number; to: number }): void => {
  const known = ledgers.get(jobId);
  ledgers.set(jobId, known ? { from: Math.min(known.from, from), to: Math.max(known.to, to) } : { from, to });
};

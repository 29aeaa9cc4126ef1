import { randomBytes } from 'node:crypto';
import type { Store } from '../../ports/store.ts';
import { activeCounts, activity } from './activity.ts';
import { applyBatch } from './apply-batch.ts';
import { takenAt } from './change-attempts.ts';
import { copy } from './copy.ts';
import {
  documentById,
  documentByLookup,
  documentByName,
  documentsById,
  listAudit,
  listDocuments,
} from './document-reads.ts';
import * as engine from './engine-reads.ts';
import { listJobs, listRuns } from './lists.ts';
import { nextWakeAt, overdue, startable } from './queue-reads.ts';
import { remains, retained } from './retention-reads.ts';
import { emptyTables, pair } from './tables.ts';

export interface MemoryStoreOptions {
  /** 32 hex digits. Default: random. */
  installation?: string;
}

/**
 * Remembers everything until the process ends: for tests, simulations and first steps. Several instances in one
 * process may share it; each opens it, and closing it forgets nothing.
 */
export const memoryStore = (options: MemoryStoreOptions = {}): Store => {
  const installation = options.installation ?? randomBytes(16).toString('hex');
  const tables = emptyTables();
  const present = (id: string | undefined) => {
    const row = id === undefined ? undefined : tables.jobs.get(id);
    return row?.removedAt === null ? copy(row.job) : null;
  };

  return {
    kind: 'memory',
    open: async () => ({ installation, exclusive: false }),
    commit: async (batches) => batches.map((batch) => applyBatch(tables, batch)),

    job: async (id) => present(id),
    jobByName: async (owner, name) => present(tables.names.get(pair(owner, name))),
    jobAt: async (id, revision) => engine.jobAt(tables, id, revision),
    jobs: async (query) => listJobs(tables, query),
    cursor: async (jobId) => copy(tables.cursors.get(jobId) ?? null),
    run: async (id) => copy(tables.runs.get(id)?.run ?? null),
    runs: async (query) => listRuns(tables, query),
    attempts: async (runId) => copy(tables.attempts.get(runId) ?? []),
    occurrences: async ({ jobId, from, to, limit, descending = false }) =>
      [...(tables.occurrences.get(jobId)?.values() ?? [])]
        .filter((row) => row.from <= to && row.to >= from)
        .sort((a, b) => (descending ? b.from - a.from : a.from - b.from))
        .slice(0, limit)
        .map(copy),
    activity: async (jobIds) => activity(tables, jobIds),
    activeCounts: async () => activeCounts(tables),

    due: async (now, limit, after) => engine.due(tables, now, limit, after),
    ahead: async (now, after, limit) => engine.ahead(tables, now, after, limit),
    nextWakeAt: async (now) => nextWakeAt(tables, now),
    startable: async (query) => startable(tables, query),
    taken: async (place) => takenAt(tables, place),
    overdue: async (now, limit) => overdue(tables, now, limit),
    active: async (jobIds) => engine.active(tables, jobIds),
    stopRequests: async (instance) => engine.stopRequests(tables, instance),
    adoptable: async (query) => engine.adoptable(tables, query),
    leasedTo: async (instance) => engine.leasedTo(tables, instance),
    unfinished: async (limit, after) => engine.unfinished(tables, limit, after),
    attemptStates: async (keys) => engine.attemptStates(tables, keys),
    retained: async (after, limit) => retained(tables, after, limit),
    remains: async (query) => remains(tables, query),

    document: async (kind, id) => documentById(tables, kind, id),
    documentByName: async (kind, owner, name) => documentByName(tables, kind, owner, name),
    documentByLookup: async (kind, lookup) => documentByLookup(tables, kind, lookup),
    documentsById: async (ids) => documentsById(tables, ids),
    documents: async (query) => listDocuments(tables, query),
    audit: async (query) => listAudit(tables, query),

    close: async () => {},
  };
};

import { adoptable, attemptStates, attempts, leasedTo, taken, unfinished } from './attempts.ts';
import { auditList, document, documentByLookup, documentByName, documentList, documentsById } from './documents.ts';
import { ahead, cursor, due, job, jobAt, jobByName, jobList } from './jobs.ts';
import { nextWakeAt, overdue, startable } from './queue.ts';
import type { Read } from './read.ts';
import { remains, retained } from './retention.ts';
import { active, activeCounts, activity, occurrences, run, runList, stopRequests } from './runs.ts';

/** Every read of the store, by the name under which it is asked for. */
export const reads = {
  job,
  jobByName,
  jobAt,
  jobs: jobList,
  cursor,
  run,
  runs: runList,
  attempts,
  occurrences,
  activity,
  activeCounts,
  due,
  ahead,
  nextWakeAt,
  startable,
  taken,
  overdue,
  active,
  stopRequests,
  adoptable,
  leasedTo,
  unfinished,
  attemptStates,
  retained,
  remains,
  document,
  documentByName,
  documentByLookup,
  documentsById,
  documents: documentList,
  audit: auditList,
} as const;

export type ReadName = keyof typeof reads;

/** What a read takes and gives. */
export type ReadOf<Name extends ReadName> =
  (typeof reads)[Name] extends Read<infer Args, infer _, infer Result> ? { args: Args; result: Result } : never;

export type { Read };

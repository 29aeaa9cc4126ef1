import type { AuditEntry } from '../../domain/audit.ts';
import type { DocumentKind, StoredDocument } from '../../domain/document.ts';
import type { Job, JobSpec, ScheduleCursor } from '../../domain/job/job.ts';
import { type Attempt, isTerminal, type Occurrence, type Run } from '../../domain/run/run.ts';

/** What the store remembers, with an index for each question, so that none reads all that ever was. */
export interface Tables {
  readonly jobs: Map<string, JobRow>;
  /** Job ids by owner and name, of jobs that are not removed. */
  readonly names: Map<string, string>;
  /** By job id and revision. */
  readonly specs: Map<string, Map<number, JobSpec>>;
  readonly cursors: Map<string, ScheduleCursor>;
  readonly runs: Map<string, RunRow>;
  readonly runsOfJob: Map<string, string[]>;
  /** Ids of the job's active runs, oldest first. */
  readonly active: Map<string, Set<string>>;
  readonly queued: Set<string>;
  /** Run ids by job and idempotency key. */
  readonly keys: Map<string, string>;
  readonly attempts: Map<string, Attempt[]>;
  readonly unfinished: Map<string, Attempt>;
  /** Attempts that have not ended. */
  readonly live: Map<string, Attempt>;
  /** Attempts whose GPUs are still their own. */
  readonly holding: Map<string, Attempt>;
  readonly occurrences: Map<string, Map<number, Occurrence>>;
  readonly instances: Map<string, { startedAt: number; expiresAt: number; leaseMs: number; places: readonly string[] }>;
  readonly documents: Map<DocumentKind, Map<string, DocumentRow>>;
  /** Ids of documents by kind, owner and name, and by kind and lookup. */
  readonly documentNames: Map<string, string>;
  readonly documentLookups: Map<string, string>;
  readonly audit: Map<string, AuditRow>;
  lastSeq: number;
}

export interface JobRow {
  seq: number;
  job: Job;
  removedAt: number | null;
}

export interface RunRow {
  seq: number;
  run: Run;
}

export interface DocumentRow {
  seq: number;
  document: StoredDocument;
}

export interface AuditRow {
  seq: number;
  entry: AuditEntry;
}

export const emptyTables = (): Tables => ({
  jobs: new Map(),
  names: new Map(),
  specs: new Map(),
  cursors: new Map(),
  runs: new Map(),
  runsOfJob: new Map(),
  active: new Map(),
  queued: new Set(),
  keys: new Map(),
  attempts: new Map(),
  unfinished: new Map(),
  live: new Map(),
  holding: new Map(),
  occurrences: new Map(),
  instances: new Map(),
  documents: new Map(),
  documentNames: new Map(),
  documentLookups: new Map(),
  audit: new Map(),
  lastSeq: 0,
});

export const isActive = (run: Run): boolean => !isTerminal(run.state);

/** Two parts as one key; neither an owner nor an id holds a NUL. */
export const pair = (first: string, second: string): string => `${first}\0${second}`;

/** The list or map under a key, made when it is the first time. */
export const under = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
};

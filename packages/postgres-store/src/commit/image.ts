import type { Attempt, Occurrence, RunState, ScheduleCursor, StopRequest } from '@runyard/core';
import type { HeldGpu, Resources, SqlValue, StoreVersion } from '@runyard/core/sql';
import type { Statement } from '../database/database.ts';
import { type DocumentImage, noDocumentsSeen } from './documents/image.ts';

/**
 * What the batches of one transaction touch, as it would be behind those that were applied so far. It begins with what was read and
 * locked. `null` is a record that is not there; one that is not in its map was not read: then it is *assumed* to be as
 * the first change expects it, and its write says so again (`fence`).
 *
 * Values are never changed, only replaced, so that a batch can be undone by putting back what was there.
 */
export interface Image extends DocumentImage {
  jobs: Map<string, SeenJob | null>;
  /** Jobs that were removed, and not forgotten yet. */
  gone: Map<string, boolean>;
  /** By owner and name. */
  names: Map<string, string | null>;
  cursors: Map<string, SeenCursor | null>;
  runs: Map<string, SeenRun | null>;
  /** By job and idempotency key: the run that has it. */
  keys: Map<string, string | null>;
  /** The active runs of the jobs that some change wants to know of. */
  active: Map<string, readonly string[]>;
  /** By attempt key. */
  attempts: Map<string, SeenAttempt | null>;
  /** By run that is to be forgotten: the keys of its attempts that are not disposed of. */
  undisposed: Map<string, readonly string[]>;
  /** By job that is to be forgotten: what runs it has in the database. */
  left: Map<string, readonly string[]>;
  /** What attempts that have not ended take of the places that some change wants to know of. */
  taken: Map<string, Resources>;
  /** The GPUs of attempts that are not proved gone, of all places; by one key, so that it can be undone as the rest. Empty: nobody asks. */
  held: Map<'all', HeldGpu[]>;
  /** By job: the rows of the range that its changes touch, and the one before; by their instant. */
  occurrences: Map<string, readonly SeenOccurrence[]>;
  /** What the store says of its version; null: it was not asked. */
  version: StoreVersion | null;
  /** Rows of the ledger that were taken away. */
  withdrawn: { jobId: string; from: number }[];
  /** Rare writes, in their order. */
  statements: Statement[];
  /** Jobs that are to be there, which is asked of the server with the writes. */
  expected: Map<string, number | null>;
  /** What is undone when the batch is refused. */
  undo: (() => void)[];
}

export interface SeenJob {
  revision: number;
  owner: string;
  name: string;
}

export interface SeenCursor {
  nextFireAt: number | null;
  /** To be written: the instant alone, or all of it. */
  written: 'moved' | ScheduleCursor | null;
}

export interface SeenRun {
  state: RunState;
  leaseEpoch: number;
  jobId: string;
  idempotencyKey: string | null;
  stop: StopRequest | null;
  /** The state and epoch that the row has in the database; null: it is new. */
  stored: { state: RunState; leaseEpoch: number } | null;
  /** All columns but `stop`, to be written; null: they stay. */
  values: readonly SqlValue[] | null;
  /** To be written: the lease alone, the stop, that the key is gone. */
  lease: string | null;
  stopped: boolean;
  released: boolean;
}

export interface SeenAttempt {
  state: Attempt['state'];
  takes: Resources;
  place: string;
  stored: Attempt['state'] | null;
  values: readonly SqlValue[] | null;
}

export interface SeenOccurrence {
  row: Occurrence;
  from: 'store' | 'us';
  changed: boolean;
}

export const emptyImage = (): Image => ({
  jobs: new Map(),
  gone: new Map(),
  names: new Map(),
  cursors: new Map(),
  runs: new Map(),
  keys: new Map(),
  active: new Map(),
  attempts: new Map(),
  undisposed: new Map(),
  left: new Map(),
  taken: new Map(),
  held: new Map(),
  occurrences: new Map(),
  version: null,
  withdrawn: [],
  statements: [],
  expected: new Map(),
  undo: [],
  ...noDocumentsSeen(),
});

/** Puts a value in its place, and remembers what was there. */
export const put = <K, V>(image: Image, map: Map<K, V>, key: K, value: V): void => {
  const before = map.get(key);
  const had = before !== undefined || map.has(key);
  image.undo.push(() => (had ? map.set(key, before as V) : map.delete(key)));
  map.set(key, value);
};

export const append = <T>(image: Image, list: T[], item: T): void => {
  image.undo.push(() => list.pop());
  list.push(item);
};

/** Forgets how to undo what was done so far: the batch was applied. */
export const keep = (image: Image): void => {
  image.undo.length = 0;
};

export const undo = (image: Image): void => {
  for (const step of image.undo.reverse()) step();
  image.undo.length = 0;
};

// No id of ours holds a space; a name and a key of a caller may hold anything, so they come last.
export const nameOf = (owner: string, name: string): string => JSON.stringify([owner, name]);
export const keyOf = (jobId: string, idempotencyKey: string): string => `${jobId} ${idempotencyKey}`;
export const attemptKeyOf = (runId: string, attempt: number): string => `${runId} ${attempt}`;

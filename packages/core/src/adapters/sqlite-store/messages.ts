import type { CommitResult } from '../../ports/store.ts';
import type { Failure } from './failures.ts';
import type { Call } from './group-commit.ts';
import type { ReadName } from './reads/all-reads.ts';

/** What a worker is started with. */
export interface WorkerSetup {
  file: string;
  role: 'writer' | 'reader';
  /** Writer only: the id for an installation that is new. */
  newInstallation: string;
  /** Writer only: a lock to hold as long as the store is open; null where the data directory's own serves. */
  lockFile: string | null;
  /** Writer only: null where it may migrate, else what the command that does has to be told. */
  migrateWith: string | null;
}

export type Request = { id: number } & RequestBody;

export type RequestBody =
  | { kind: 'open' }
  | { kind: 'commit'; call: Call }
  | { kind: 'read'; name: ReadName; args: unknown[] }
  | { kind: 'close' };

/** What the value of a reply is, by the kind of its request. */
export interface ReplyValues {
  /** The installation id; null from a reader. */
  open: string | null;
  commit: CommitResult[];
  read: unknown;
  close: null;
}

/** Replies travel together, so that the host's thread is woken once for all that one transaction made durable. */
export type Reply = { id: number; value: unknown } | { id: number; failure: Failure };

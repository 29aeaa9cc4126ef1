/**
 * What people make besides jobs. The store knows whose it is and how it is found; what `data` holds is the business of whoever owns the kind.
 *
 * - `user`: name = what he is called; lookup = the id under which the host or a token names him
 * - `group`: name = what it is called
 * - `member`: owner = `group:<id>`, name = the user's id
 * - `token`: owner = `user:<id>`, lookup = `sha256:<hex>` of it
 * - `secret`, `git-credential`, `webhook`: owner = whose jobs may use it
 * - `image`: one that its owner has built; name = its executor and its tag
 * - `outbox`: a notification that is still to be sent; owner = whose job it is about, name = its own id
 * - `delivery`: what became of it; owner = `webhook:<id>`, name = its own id; lookup = the run, where one run is told of once
 * - `failing`: a job whose last run failed, and who is to be told of its recovery; owner is '', id and name = the job's id
 * - `key`: of this installation alone; owner is ''
 */
export type DocumentKind =
  | 'user'
  | 'group'
  | 'member'
  | 'token'
  | 'secret'
  | 'git-credential'
  | 'webhook'
  | 'image'
  | 'outbox'
  | 'delivery'
  | 'failing'
  | 'key';

export interface StoredDocument<Data = unknown> {
  kind: DocumentKind;
  /** 32 hex digits. */
  id: string;
  /** `user:<id>`, `group:<id>`, or '' where it is nobody's. */
  owner: string;
  /** Unique for its kind and owner; 1 to 255 characters, compared as they are. */
  name: string;
  /** Unique for its kind; null: it is not found that way. */
  lookup: string | null;
  /** From 1. */
  revision: number;
  /** Plain JSON, at most `mostDataBytes` of it. */
  data: Data;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}

export const mostDataBytes = 256 * 1024;

import type { StoredDocument } from '../../domain/document.ts';
import type { Scope } from '../authorize.ts';

/** Of a document `user`: its name is the user's, its lookup the id under which a host names him. */
export interface UserData {
  displayName: string | null;
  email: string | null;
  admin: boolean;
}

export interface GroupData {
  description: string | null;
}

/** Of a document `member`, which belongs to the group, and whose name is the user's id. */
export type MemberData = Record<string, never>;

/** Of a document `token`, which belongs to the user (a one-time token: to nobody), and whose lookup is its hash. */
export interface TokenData {
  /** What it is called; the document's own name also says until when, once it was rotated. */
  name: string;
  userId: string;
  /** null: not narrowed. */
  scopes: Scope[] | null;
  /** The one job that it is for; null: it is not narrowed to one. */
  jobId: string | null;
  /** Epoch ms; null: never. */
  expiresAt: number | null;
  /** Epoch ms, to within a minute; null: never. */
  lastUsedAt: number | null;
  /** The token that took its place; null: it was not rotated. */
  replacedBy: string | null;
  /** Leads to the first lasting token of an admin, and is dead from then on. */
  oneTime: boolean;
}

export type UserDocument = StoredDocument<UserData>;
export type GroupDocument = StoredDocument<GroupData>;
export type TokenDocument = StoredDocument<TokenData>;

/** Whose one-time tokens are: nobody's. */
export const nobody = '';

export const userIdOf = (owner: string): string => owner.slice('user:'.length);
export const groupIdOf = (owner: string): string => owner.slice('group:'.length);

/** Expired at that instant. */
export const isExpired = ({ expiresAt }: Pick<TokenData, 'expiresAt'>, now: number): boolean =>
  expiresAt !== null && expiresAt <= now;

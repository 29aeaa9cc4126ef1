import type { Page } from '../../ports/store.ts';
import type { PageOptions } from '../page-options.ts';

export interface UserView {
  id: string;
  /** Unique. */
  name: string;
  displayName: string | null;
  email: string | null;
  admin: boolean;
  /** The id under which the host's `authenticate` names him, unique; null: by none. */
  externalId: string | null;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}

export interface UserInput {
  /** 1 to 200 characters. */
  name: string;
  displayName?: string | null;
  email?: string | null;
  /** Default false. */
  admin?: boolean;
  /** 1 to 200 characters; null: none. Default: the name. */
  externalId?: string | null;
}

/** Who is asking, and what it may do. */
export interface Me {
  kind: 'user' | 'token' | 'system';
  id: string;
  name: string | null;
  admin: boolean;
  /** Ids of its groups, with their names where they are the directory's. */
  groups: { id: string; name: string | null }[];
  /** What its token is narrowed to; null: it is not. */
  scopes: string[] | null;
  /** Of the directory; null: it knows none. */
  user: UserView | null;
}

/** `runyard.users`. Admins write; a user reads himself. Every method rejects with a `RunyardError`; without the option `directory`, `no-directory`. */
export interface Users {
  /**
   * `name-in-use`, with the field (`name` or `externalId`) and the other's id. `owner-in-use` while `user:<externalId>` owns something, which he would
   * lose sight of.
   */
  create(input: UserInput): Promise<UserView>;
  /** By id. `user-not-found`. */
  get(id: string): Promise<UserView>;
  /** In the order in which they were made. Admins see all, others themselves. */
  list(options?: PageOptions): Promise<Page<UserView>>;
  /** What is left out stays. `last-admin`: somebody has to be one. */
  update(id: string, patch: Partial<UserInput>): Promise<UserView>;
  /**
   * His tokens and memberships go with him. `owner-in-use` while he owns jobs, secrets, git credentials or webhooks, with what; `last-admin`.
   */
  remove(id: string): Promise<void>;
  /** Works without a directory too. */
  me(): Promise<Me>;
}

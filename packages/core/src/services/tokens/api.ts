import type { Scope } from '../../access/authorize.ts';
import type { Page } from '../../ports/store.ts';
import type { PageOptions } from '../page-options.ts';

export interface TokenView {
  id: string;
  name: string;
  /** Whom it stands for. */
  userId: string;
  /** null: it may do all that he may. */
  scopes: Scope[] | null;
  /** The one job that it is for; null: it is not narrowed to one. */
  jobId: string | null;
  /** Epoch ms; null: never. */
  expiresAt: number | null;
  /** Epoch ms, to within a minute; null: never. */
  lastUsedAt: number | null;
  /** The token that took its place when it was rotated; null: it was not. */
  replacedBy: string | null;
  /** Epoch ms. */
  createdAt: number;
}

/** The token itself is told this once, and stored nowhere. */
export interface Minted {
  token: string;
  view: TokenView;
}

export interface TokenInput {
  /** What it is for; unique among his. 1 to 200 characters. */
  name: string;
  /** Default: not narrowed. */
  scopes?: Scope[];
  /** Epoch ms. Default: never; but no later than the token that it is asked for with, which is also its default. */
  expiresAt?: number;
  /** Narrows it to one job and its runs. */
  jobId?: string;
  /** Whom it stands for; admins mint for others. Default: who asks. */
  userId?: string;
}

export interface RotateOptions {
  /** How long the old one is still good; at most 30 days. Default 24 h. */
  overlapMs?: number;
  /**
   * Of the new one, epoch ms. Default: it lives as long as the old one was to. No later than the token that it is asked for with; a token that rotates itself:
   * no longer a life than it was given.
   */
  expiresAt?: number;
}

/**
 * `runyard.tokens`: of the directory, for `Authorization: token …`. Everybody has his own; admins have all. A token that is narrowed may do
 * nothing here. Every method rejects with a `RunyardError`; without the option `directory`, `no-directory`.
 */
export interface Tokens {
  /** `name-in-use`, `user-not-found`, `job-not-found`; `unauthenticated` where the token that it is asked for with was revoked meanwhile. */
  mint(input: TokenInput): Promise<Minted>;
  /** In the order in which they were made. */
  list(options?: PageOptions & { userId?: string }): Promise<Page<TokenView>>;
  /** `token-not-found`. */
  get(id: string): Promise<TokenView>;
  /** Dead at once. `token-not-found`. */
  revoke(id: string): Promise<void>;
  /** A new token of the same name, scopes and job; the old one dies after the overlap. */
  rotate(id: string, options?: RotateOptions): Promise<Minted>;
}

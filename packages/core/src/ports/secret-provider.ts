import type { GitCredential } from './source.ts';

/**
 * Where secrets and git credentials come from. Nothing that it returns is ever stored.
 *
 * `signal` aborts when nobody waits any more: the run was cancelled or the host closes, or it has taken too long (5 s while a start is asked for, 30 s else;
 * a run asks again). Heed it to end what you ask; the caller has gone on, and an answer after it is ignored. What you throw goes to the host's
 * logger; of it the run tells only that you did not answer, and the error's `code`.
 */
export interface SecretProvider {
  /** The value, a text, for a job of that owner; null where there is none. Throws where it could not ask. */
  secret(name: string, options: { owner: string; signal: AbortSignal }): Promise<string | null>;
  /** Optional: whether there is one, where that is cheaper to tell than its value, or leaves less behind. */
  has?(
    what: 'secret' | 'git-credential',
    name: string,
    options: { owner: string; signal: AbortSignal },
  ): Promise<boolean>;
  /** As above, for a source's `credential`. */
  gitCredential?(name: string, options: { owner: string; signal: AbortSignal }): Promise<GitCredential | null>;
}

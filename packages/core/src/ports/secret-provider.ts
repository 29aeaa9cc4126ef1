import type { GitCredential } from './source.ts';

/** Where secrets and git credentials come from. Nothing that it returns is ever stored. */
export interface SecretProvider {
  /** The value, for a job of that owner; null where there is none. Throws where it could not ask. */
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

import type { GitCredential } from './source.ts';

/** Where secrets and git credentials come from. Nothing that it returns is ever stored. */
export interface SecretProvider {
  /** The value, for a job of that owner; null where there is none. Throws where it could not ask. */
  secret(name: string, options: { owner: string; signal: AbortSignal }): Promise<string | null>;
  /** As above, for a source's `credential`. */
  gitCredential?(name: string, options: { owner: string; signal: AbortSignal }): Promise<GitCredential | null>;
}

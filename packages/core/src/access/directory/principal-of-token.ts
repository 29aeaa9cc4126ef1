import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { Principal } from '../principal.ts';
import { hasCheckSum, hashOfToken } from '../token-text.ts';
import { isExpired, type TokenDocument } from './data.ts';
import { hasLastingAdminToken } from './lasting-token.ts';
import { principalOfUser } from './principal-of-user.ts';

/** A token of the directory, and who it stands for. */
export interface KnownToken {
  principal: Principal;
  document: TokenDocument;
}

/**
 * Read afresh each time: what was revoked, demoted or removed a moment ago is so now. Null: it is not known; `'over'` and `'expired'`: it was good once, which nobody
 * guesses.
 */
export const principalOfDirectoryToken = async (
  { store, clock }: { store: Store; clock: Clock },
  token: string,
): Promise<KnownToken | 'over' | 'expired' | null> => {
  // Most of what is no token costs no read.
  if (!token.startsWith('ryd_') || !hasCheckSum(token)) return null;
  const document = (await store.documentByLookup('token', hashOfToken(token))) as TokenDocument | null;
  if (!document) return null;
  if (isExpired(document.data, clock.now())) return 'expired';
  const { userId, scopes, jobId, expiresAt, oneTime } = document.data;
  if (oneTime && (await hasLastingAdminToken(store, clock.now()))) return 'over';
  const user = await principalOfUser(store, userId);
  if (!user) return 'over';
  const principal: Principal = {
    ...user,
    directory: 'token',
    token: document.id,
    ...(expiresAt !== null && { expiresAt }),
    ...(scopes && { scopes: [...scopes] }),
    ...(jobId !== null && { job: jobId }),
  };
  return { principal, document };
};

import type { Store } from '../../ports/store.ts';
import { isExpired, type TokenData, type UserData } from './data.ts';
import { everyDocument } from './every-document.ts';

/** Whether an admin has a token with which he can do all that he may, and that he was given for good. */
export const hasLastingAdminToken = async (store: Store, now: number): Promise<boolean> => {
  for await (const user of everyDocument<UserData>(store, { kind: 'user' }))
    if (user.data.admin && (await hasLastingToken(store, user.id, now))) return true;
  return false;
};

const hasLastingToken = async (store: Store, userId: string, now: number): Promise<boolean> => {
  for await (const { data } of everyDocument<TokenData>(store, { kind: 'token', owners: [`user:${userId}`] }))
    if (isLasting(data, now)) return true;
  return false;
};

/** One that is narrowed would leave its bearer without the rest. */
export const isLasting = (data: TokenData, now: number): boolean =>
  !data.oneTime &&
  data.jobId === null &&
  (data.scopes === null || data.scopes.includes('admin')) &&
  !isExpired(data, now);

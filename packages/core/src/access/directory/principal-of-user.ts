import type { Store } from '../../ports/store.ts';
import type { Principal } from '../principal.ts';
import { groupIdOf, type UserDocument } from './data.ts';
import { everyDocument } from './every-document.ts';

/** The user as he is now, with his groups; null: there is none. */
export const principalOfUser = async (store: Store, id: string): Promise<Principal | null> => {
  const [user, groups] = await Promise.all([
    store.document('user', id) as Promise<UserDocument | null>,
    groupsOfUser(store, id),
  ]);
  return user && asPrincipal(user, groups);
};

/** The user whom a host calls by that id; null: he is not in the directory. */
export const principalOfName = async (store: Store, name: string): Promise<Principal | null> => {
  const user = (await store.documentByLookup('user', name)) as UserDocument | null;
  return user && asPrincipal(user, await groupsOfUser(store, user.id));
};

/** Ids of the groups that he is a member of. */
export const groupsOfUser = async (store: Store, id: string): Promise<string[]> => {
  const groups: string[] = [];
  for await (const { owner } of everyDocument(store, { kind: 'member', name: id })) groups.push(groupIdOf(owner));
  return groups;
};

const asPrincipal = ({ id, name, data: { admin } }: UserDocument, groups: string[]): Principal => ({
  kind: 'user',
  id,
  name,
  groups,
  ...(admin && { admin }),
});

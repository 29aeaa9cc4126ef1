import type { Owners } from '../../services/owners/api.ts';
import { severalOwners } from './given-owner.ts';

/** Whose things a list is to show, in the published ways to say it. */
export interface OwnerQuery {
  owner?: string | undefined;
  owner_id?: string | undefined;
  owner_name?: string | undefined;
  user_id?: string | undefined;
  group_id?: string | undefined;
}

/** As the library's owner; undefined: everybody's. What is empty is not said. Somebody who is not there has nothing. */
export const ownerFilter = async (query: OwnerQuery, owners: Owners): Promise<string | undefined> => {
  const field = ways.find((way) => (query[way] ?? '') !== '');
  if (field === undefined) return undefined;
  const text = asOwner(field, query[field] ?? '');
  const { owner, found } = await owners.find(text);
  if (found === 'several') throw severalOwners('invalid-request', field, text);
  return owner;
};

/** Of several ways, the first counts. */
const ways = [
  'user_id',
  'group_id',
  'owner_id',
  'owner',
  'owner_name',
] as const satisfies readonly (keyof OwnerQuery)[];

const asOwner = (field: keyof OwnerQuery, text: string): string => {
  if (field === 'user_id') return text.startsWith('user:') ? text : `user:${text}`;
  if (field === 'group_id') return text.startsWith('group:') ? text : `group:${text}`;
  return text;
};

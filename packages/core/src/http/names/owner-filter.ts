/** Whose things a list is to show, in the published ways to say it. */
export interface OwnerQuery {
  owner?: string | undefined;
  owner_id?: string | undefined;
  owner_name?: string | undefined;
  user_id?: string | undefined;
  group_id?: string | undefined;
}

/** As the library's owner; undefined: everybody's. */
export const ownerFilter = ({ owner, owner_id, owner_name, user_id, group_id }: OwnerQuery): string | undefined => {
  if (user_id !== undefined) return `user:${user_id}`;
  if (group_id !== undefined) return `group:${group_id}`;
  const named = owner_id ?? owner ?? owner_name;
  if (named === undefined || /^(user|group):/.test(named)) return named;
  return `user:${named.slice(named.lastIndexOf('/') + 1)}`;
};

import type { UserDocument } from '../../access/directory/data.ts';
import type { Principal } from '../../access/principal.ts';
import type { EngineContext } from '../../engine/context.ts';
import { isId } from '../guard.ts';
import type { Me } from './api.ts';
import { userView } from './user-view.ts';

/** What the directory, and whoever let it in, know of somebody. */
export const whoAsks = async ({ store }: EngineContext, principal: Principal): Promise<Me> => {
  const { kind, id, name, admin = false, groups = [], scopes } = principal;
  const [user, named] = await Promise.all([
    kind === 'user' && isId(id) ? store.document('user', id) : null,
    Promise.all(
      groups.map(async (group) => ({
        id: group,
        name: (isId(group) && (await store.document('group', group))?.name) || null,
      })),
    ),
  ]);
  return {
    kind,
    id,
    name: name ?? user?.name ?? null,
    admin,
    groups: named,
    scopes: scopes ? [...scopes] : null,
    user: user && userView(user as UserDocument),
  };
};

import type { UserData, UserDocument } from '../../access/directory/data.ts';
import type { Principal } from '../../access/principal.ts';
import { parseWith } from '../../domain/job/parse-with.ts';
import type { EngineContext } from '../../engine/context.ts';
import { directoryOnly } from '../directory-only.ts';
import { documentFor } from '../documents/document-for.ts';
import { makeDocument } from '../documents/write-document.ts';
import { mayDo } from '../guard.ts';
import { pageQuery } from '../page-query.ts';
import type { Users } from './api.ts';
import { nothingUnder } from './nothing-under.ts';
import { removeUser } from './remove-user.ts';
import { takenName } from './taken-name.ts';
import { updateUser } from './update-user.ts';
import { userSchema } from './user-schema.ts';
import { userView } from './user-view.ts';
import { whoAsks } from './who-asks.ts';

export const createUsers = (context: EngineContext, principal: Principal): Users => {
  const userFor = (id: string, action: 'user.read' | 'user.write'): Promise<UserDocument> =>
    documentFor<UserData>(context, principal, { kind: 'user', id, action, ownerOf: () => `user:${id}` });

  return {
    async create(input) {
      mayDo(principal, 'user.write');
      directoryOnly(context);
      const { name, externalId = name, ...given } = parseWith(userSchema, input, { code: 'invalid-request' });
      const { displayName = null, email = null, admin = false } = given;
      const data: UserData = { displayName, email, admin };
      await nothingUnder(context, externalId);
      const user = await makeDocument(context, principal, {
        given: { kind: 'user', owner: '', name, lookup: externalId, data },
        told: { deed: 'created', details: { admin } },
      }).catch(takenName(context, { name, externalId }));
      return userView(user);
    },

    async get(id) {
      const user = await userFor(id, 'user.read');
      directoryOnly(context);
      return userView(user);
    },

    async list(paging = {}) {
      mayDo(principal, 'user.read');
      directoryOnly(context);
      const query = pageQuery(paging, false);
      if (principal.admin) {
        const page = await context.store.documents({ kind: 'user', ...query });
        return { ...page, items: page.items.map((user) => userView(user as UserDocument)) };
      }
      const self = await context.store.document('user', principal.id);
      return { items: self ? [userView(self as UserDocument)] : [] };
    },

    update: (id, patch) => updateUser(context, principal, { find: () => userFor(id, 'user.write'), patch }),

    async remove(id) {
      const user = await userFor(id, 'user.write');
      directoryOnly(context);
      await removeUser(context, principal, user);
    },

    async me() {
      mayDo(principal, 'user.read');
      return whoAsks(context, principal);
    },
  };
};

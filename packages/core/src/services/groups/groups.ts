import type { GroupData, GroupDocument } from '../../access/directory/data.ts';
import type { Principal } from '../../access/principal.ts';
import { parseWith } from '../../domain/job/parse-with.ts';
import type { EngineContext } from '../../engine/context.ts';
import { directoryOnly } from '../directory-only.ts';
import { documentFor } from '../documents/document-for.ts';
import { changeDocument, makeDocument } from '../documents/write-document.ts';
import { isId, mayDo } from '../guard.ts';
import { pageQuery } from '../page-query.ts';
import type { Groups, GroupView } from './api.ts';
import { groupSchema } from './group-schema.ts';
import { addMember, membersOf, removeMember } from './members.ts';
import { removeGroup } from './remove-group.ts';

export const createGroups = (context: EngineContext, principal: Principal): Groups => {
  const groupFor = async (id: string, action: 'group.read' | 'group.write'): Promise<GroupDocument> => {
    const ownerOf = (): string => `group:${id}`;
    const group = await documentFor<GroupData>(context, principal, { kind: 'group', id, action, ownerOf });
    directoryOnly(context);
    return group;
  };

  return {
    async create(input) {
      mayDo(principal, 'group.write');
      directoryOnly(context);
      const { name, description = null } = parseWith(groupSchema, input, { code: 'invalid-request' });
      const given = { kind: 'group', owner: '', name, data: { description } satisfies GroupData } as const;
      return groupView(await makeDocument(context, principal, { given, told: { deed: 'created' } }));
    },

    get: async (id) => groupView(await groupFor(id, 'group.read')),

    async list(paging = {}) {
      mayDo(principal, 'group.read');
      directoryOnly(context);
      const query = pageQuery(paging, false);
      if (!principal.admin) return { items: await groupsOf(context, principal) };
      const page = await context.store.documents({ kind: 'group', ...query });
      return { ...page, items: page.items.map((group) => groupView(group as GroupDocument)) };
    },

    async update(id, patch) {
      const group = await groupFor(id, 'group.write');
      const given = parseWith(groupSchema.partial(), patch, { code: 'invalid-request' });
      const { name = group.name, description = group.data.description } = given;
      const changed = Object.entries(given).flatMap(([field, value]) => (value === undefined ? [] : [field]));
      const change = { name, data: { description } };
      const told = { deed: 'changed', details: { changed } };
      return groupView(await changeDocument(context, principal, { document: group, change, told }));
    },

    remove: async (id) => removeGroup(context, principal, await groupFor(id, 'group.write')),

    members: async (id, paging = {}) => membersOf(context, await groupFor(id, 'group.read'), pageQuery(paging, false)),

    addMember: async (id, userId) =>
      addMember(context, principal, { group: await groupFor(id, 'group.write'), userId }),

    removeMember: async (id, userId) =>
      removeMember(context, principal, { group: await groupFor(id, 'group.write'), userId }),
  };
};

const groupView = ({ id, name, data, createdAt, updatedAt }: GroupDocument): GroupView => ({
  id,
  name,
  description: data.description,
  createdAt,
  updatedAt,
});

// Those of a host are none of ours.
const groupsOf = async ({ store }: EngineContext, { groups = [] }: Principal): Promise<GroupView[]> => {
  const found = await Promise.all(groups.filter(isId).map((id) => store.document('group', id)));
  return found
    .flatMap((group) => (group ? [groupView(group as GroupDocument)] : []))
    .sort((a, b) => a.createdAt - b.createdAt);
};

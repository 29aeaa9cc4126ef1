import { z } from 'zod';
import type { GroupInput } from '../../services/groups/api.ts';
import { groupAnswer } from '../answers/group-answer.ts';
import { pageKeys, pageOptions } from '../answers/page-answer.ts';
import { groupNames, groupUnsupported } from '../names/people-names.ts';
import { toLibrary } from '../names/translate.ts';
import { withoutUnsupported } from '../names/unsupported.ts';
import { inWireNames } from '../names/wire-error.ts';
import { json, noContent, type Route, route } from '../route.ts';
import { group, groupCreate, groupCreateExample, groupExample, groupList, groupUpdate } from '../schemas/groups.ts';
import { paging } from '../schemas/query.ts';

/** Groups, where Runyard keeps them itself: create, list, read, edit, remove. */
export const groupRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/groups',
    id: 'createGroup',
    summary: 'Create a group',
    description: 'For admins.',
    body: { schema: groupCreate, code: 'invalid-request', required: true, example: groupCreateExample },
    answers: { 201: { description: 'The group', schema: group, example: groupExample } },
    errors: ['unsupported-field', 'name-in-use', 'no-directory'],
    handle: async ({ services, body, url }) => {
      const input = toLibrary(withoutUnsupported(body, groupUnsupported), groupNames) as unknown as GroupInput;
      const made = await inWireNames(body, groupNames, () => services.groups.create(input));
      return json(groupAnswer(made), 201, { location: url(`/groups/${made.id}`) });
    },
  }),
  route({
    method: 'GET',
    path: '/groups',
    id: 'listGroups',
    summary: 'List groups',
    description: 'Admins see all, others those that they are in.',
    query: z.object(paging),
    answers: { 200: { description: 'A page of groups', schema: groupList, example: { groups: [groupExample] } } },
    errors: ['no-directory'],
    handle: async ({ services, query }) => {
      const page = await services.groups.list(pageOptions(query));
      return json({ groups: page.items.map(groupAnswer), ...pageKeys(page) });
    },
  }),
  route({
    method: 'GET',
    path: '/groups/{group_id}',
    id: 'getGroup',
    summary: 'Read a group',
    answers: { 200: { description: 'The group', schema: group, example: groupExample } },
    errors: ['no-directory'],
    handle: async ({ services, params }) => json(groupAnswer(await services.groups.get(params.group_id ?? ''))),
  }),
  route({
    method: 'PATCH',
    path: '/groups/{group_id}',
    id: 'updateGroup',
    summary: 'Edit a group',
    description: 'For admins. What is left out stays.',
    body: { schema: groupUpdate, code: 'invalid-request', required: true, example: { description: 'Nightly loads' } },
    answers: { 200: { description: 'The group', schema: group, example: groupExample } },
    errors: ['unsupported-field', 'name-in-use', 'edit-conflict', 'no-directory'],
    handle: async ({ services, params, body }) => {
      const patch = toLibrary(withoutUnsupported(body, groupUnsupported), groupNames) as Partial<GroupInput>;
      const next = await inWireNames(body, groupNames, () => services.groups.update(params.group_id ?? '', patch));
      return json(groupAnswer(next));
    },
  }),
  route({
    method: 'DELETE',
    path: '/groups/{group_id}',
    id: 'deleteGroup',
    summary: 'Remove a group that owns nothing',
    description: 'For admins. Memberships go with it.',
    answers: { 204: { description: 'It is removed.' } },
    errors: ['owner-in-use', 'edit-conflict', 'no-directory'],
    handle: async ({ services, params }) => {
      await services.groups.remove(params.group_id ?? '');
      return noContent();
    },
  }),
];

import { z } from 'zod';
import { memberAnswer, membershipAnswer } from '../answers/group-answer.ts';
import { pageKeys, pageOptions } from '../answers/page-answer.ts';
import { memberNames } from '../names/people-names.ts';
import { inWireNames } from '../names/wire-error.ts';
import { json, noContent, type Route, route } from '../route.ts';
import {
  groupMember,
  groupMemberCreate,
  groupMemberExample,
  groupMemberList,
  groupMembersExample,
} from '../schemas/groups.ts';
import { paging } from '../schemas/query.ts';

/** Who is in a group. */
export const groupMemberRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/groups/{group_id}/members',
    id: 'listGroupMembers',
    summary: 'List the members of a group',
    query: z.object(paging),
    answers: { 200: { description: 'A page of them', schema: groupMemberList, example: groupMembersExample } },
    errors: ['no-directory'],
    handle: async ({ services, params, query }) => {
      const page = await services.groups.members(params.group_id ?? '', pageOptions(query));
      return json({ users: page.items.map(memberAnswer), ...pageKeys(page) });
    },
  }),
  route({
    method: 'POST',
    path: '/groups/{group_id}/members',
    id: 'addGroupMember',
    summary: 'Let a user into a group',
    description: 'For admins. Does nothing where he is in it.',
    body: {
      schema: groupMemberCreate,
      code: 'invalid-request',
      required: true,
      example: { user_id: groupMemberExample.user_id },
    },
    answers: { 201: { description: 'His membership', schema: groupMember, example: groupMemberExample } },
    errors: ['user-not-found', 'no-directory'],
    handle: async ({ services, params, body }) => {
      const id = params.group_id ?? '';
      const member = await inWireNames(body, memberNames, () => services.groups.addMember(id, body.user_id));
      return json(membershipAnswer(id, member), 201);
    },
  }),
  route({
    method: 'DELETE',
    path: '/groups/{group_id}/members/{user_id}',
    id: 'removeGroupMember',
    summary: 'Take a user out of a group',
    description: 'For admins. Does nothing where he is not in it. His runs go on; his next request is judged anew.',
    answers: { 204: { description: 'He is not in it.' } },
    errors: ['no-directory'],
    handle: async ({ services, params }) => {
      await services.groups.removeMember(params.group_id ?? '', params.user_id ?? '');
      return noContent();
    },
  }),
  route({
    method: 'DELETE',
    path: '/groups/{group_id}/members',
    id: 'removeGroupMemberByQuery',
    summary: 'Take a user out of a group, as published',
    query: z.object({ user_id: z.string().min(1).max(256) }),
    answers: { 204: { description: 'He is not in it.' } },
    errors: ['no-directory'],
    handle: async ({ services, params, query }) => {
      await services.groups.removeMember(params.group_id ?? '', query.user_id);
      return noContent();
    },
  }),
];

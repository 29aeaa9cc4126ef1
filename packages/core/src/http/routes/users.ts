import { z } from 'zod';
import type { UserInput } from '../../services/users/api.ts';
import { pageKeys, pageOptions } from '../answers/page-answer.ts';
import { meAnswer, userAnswer } from '../answers/user-answer.ts';
import { userNames } from '../names/people-names.ts';
import { toLibrary } from '../names/translate.ts';
import { inWireNames } from '../names/wire-error.ts';
import { json, noContent, type Route, route } from '../route.ts';
import { paging } from '../schemas/query.ts';
import {
  me,
  meExample,
  user,
  userCreate,
  userCreateExample,
  userExample,
  userList,
  userUpdate,
} from '../schemas/users.ts';

/** Users, where Runyard keeps them itself; and who is asking, always. */
export const userRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/users/me',
    id: 'whoAmI',
    summary: 'Who is asking, and what it may do',
    answers: { 200: { description: 'Who', schema: me, example: meExample } },
    handle: async ({ services }) => json(meAnswer(await services.users.me())),
  }),
  route({
    method: 'POST',
    path: '/users',
    id: 'createUser',
    summary: 'Create a user',
    description: 'For admins.',
    body: { schema: userCreate, code: 'invalid-request', required: true, example: userCreateExample },
    answers: { 201: { description: 'The user', schema: user, example: userExample } },
    errors: ['name-in-use', 'owner-in-use', 'no-directory'],
    handle: async ({ services, body, url }) => {
      const input = toLibrary(body, userNames) as unknown as UserInput;
      const made = await inWireNames(body, userNames, () => services.users.create(input));
      return json(userAnswer(made), 201, { location: url(`/users/${made.id}`) });
    },
  }),
  route({
    method: 'GET',
    path: '/users',
    id: 'listUsers',
    summary: 'List users',
    description: 'Admins see all, others themselves.',
    query: z.object(paging),
    answers: { 200: { description: 'A page of users', schema: userList, example: { users: [userExample] } } },
    errors: ['no-directory'],
    handle: async ({ services, query }) => {
      const page = await services.users.list(pageOptions(query));
      return json({ users: page.items.map(userAnswer), ...pageKeys(page) });
    },
  }),
  route({
    method: 'GET',
    path: '/users/{user_id}',
    id: 'getUser',
    summary: 'Read a user',
    answers: { 200: { description: 'The user', schema: user, example: userExample } },
    errors: ['no-directory'],
    handle: async ({ services, params }) => json(userAnswer(await services.users.get(params.user_id ?? ''))),
  }),
  route({
    method: 'PATCH',
    path: '/users/{user_id}',
    id: 'updateUser',
    summary: 'Edit a user',
    description: 'For admins. What is left out stays.',
    body: { schema: userUpdate, code: 'invalid-request', required: true, example: { admin: true } },
    answers: { 200: { description: 'The user', schema: user, example: userExample } },
    errors: ['name-in-use', 'owner-in-use', 'last-admin', 'edit-conflict', 'no-directory'],
    handle: async ({ services, params, body }) => {
      const patch = toLibrary(body, userNames) as Partial<UserInput>;
      const next = await inWireNames(body, userNames, () => services.users.update(params.user_id ?? '', patch));
      return json(userAnswer(next));
    },
  }),
  route({
    method: 'DELETE',
    path: '/users/{user_id}',
    id: 'deleteUser',
    summary: 'Remove a user who owns nothing',
    description: 'For admins. His tokens and memberships go with him.',
    answers: { 204: { description: 'He is removed.' } },
    errors: ['owner-in-use', 'last-admin', 'edit-conflict', 'no-directory'],
    handle: async ({ services, params }) => {
      await services.users.remove(params.user_id ?? '');
      return noContent();
    },
  }),
];

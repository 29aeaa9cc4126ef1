import { z } from 'zod';
import { RunyardError } from '../../../domain/errors.ts';
import type { Services } from '../../../services/api.ts';
import type { Owners } from '../../../services/owners/api.ts';
import type { Me } from '../../../services/users/api.ts';
import { ownerAnswer } from '../../answers/owner-answer.ts';
import { type PagingQuery, pageKeys, pageOptions } from '../../answers/page-answer.ts';
import { userAnswer } from '../../answers/user-answer.ts';
import { json, publicRoute, type Route, route } from '../../route.ts';
import { jobExample } from '../../schemas/examples.ts';
import { paging } from '../../schemas/query.ts';
import { org } from './org.ts';
import { currentUser, currentUserExample, limitList, orgList, ownerList, tokenRefresh } from './schemas.ts';

const ownersExample = { owners: [jobExample.owner] };

/** What clients of the published API want to know of people before they ask for jobs. */
export const peopleRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/user',
    id: 'currentUser',
    summary: 'Who is asking, in the published shape',
    description: '`GET /users/me` tells more.',
    answers: { 200: { description: 'Who', schema: currentUser, example: currentUserExample } },
    handle: async ({ services }) => json(userOf(await services.users.me())),
  }),
  route({
    method: 'GET',
    path: '/user/owners',
    id: 'currentOwners',
    summary: 'Whose jobs one may make: one’s own, and those of one’s groups',
    answers: { 200: { description: 'The owners', schema: ownerList, example: ownersExample } },
    handle: async ({ services, owners }) => json({ owners: await named(owners, ownersOf(await services.users.me())) }),
  }),
  route({
    method: 'GET',
    path: '/orgs',
    id: 'listOrgs',
    summary: 'One organisation, of a fixed name: there are none',
    answers: { 200: { description: 'One', schema: orgList, example: { orgs: [org] } } },
    handle: () => json({ orgs: [org] }),
  }),
  route({
    method: 'GET',
    path: '/orgs/{org}/owners',
    id: 'listOrgOwners',
    summary: 'The owners that there are, as far as one may see them',
    description: 'Admins see all users and groups of the directory, others themselves and their groups.',
    query: z.object({ ...paging, name: z.string().max(256).optional().describe('Part of the name.') }),
    answers: { 200: { description: 'The owners', schema: ownerList, example: ownersExample } },
    handle: async ({ services, runyard, owners, query }) => {
      const me = await services.users.me();
      const page = me.admin && runyard.http.directory ? await everyOwner(services, query) : { items: ownersOf(me) };
      const found = await named(owners, page.items);
      const part = query.name?.toLowerCase() ?? '';
      return json({ owners: found.filter(({ name }) => name.toLowerCase().includes(part)), ...pageKeys(page) });
    },
  }),
  route({
    method: 'GET',
    path: '/limits',
    id: 'listLimits',
    summary: 'Nothing: there are no limits of use',
    answers: { 200: { description: 'None', schema: limitList, example: { usage_limits: [] } } },
    handle: () => json({ usage_limits: [] }),
  }),
  publicRoute({
    method: 'POST',
    path: '/auth/token',
    id: 'refreshToken',
    summary: 'Refused: there are no refresh tokens',
    body: {
      schema: tokenRefresh,
      code: 'invalid-request',
      isSecret: true,
      example: { grant_type: 'refresh_token', refresh_token: '…' },
    },
    answers: {},
    errors: ['unauthenticated'],
    handle: () => {
      throw new RunyardError(
        'unauthenticated',
        'There are no refresh tokens here. Make a new token (`POST /tokens`, or ask an admin for one), without an expiry or with a later one, and put it where the old one is: SATURN_TOKEN, or the settings of the client.',
      );
    },
  }),
];

const userOf = ({ id, name, admin, user }: Me): z.output<typeof currentUser> => {
  if (user) {
    const { external_id, updated_at, ...published } = userAnswer(user);
    return published;
  }
  return {
    id,
    username: name ?? id,
    full_name: '',
    email: '',
    admin,
    created_at: '',
    avatar_url: '',
    active: true,
    locked: false,
    locked_reason: '',
    is_multiple_ssh_keys: false,
  };
};

const ownersOf = ({ id, groups }: Me): string[] => [`user:${id}`, ...groups.map((group) => `group:${group.id}`)];

const named = async (owners: Owners, found: readonly string[]) => {
  const names = await owners.named(found);
  return found.map((owner) => ownerAnswer(owner, names));
};

/** Groups stand behind the last page of users, at most so many. */
const mostGroups = 1000;

const everyOwner = async (services: Services, query: PagingQuery) => {
  const { items, next, previous } = await services.users.list(pageOptions(query));
  const groups = next === undefined ? (await services.groups.list({ limit: mostGroups })).items : [];
  return {
    items: [...items.map(({ id }) => `user:${id}`), ...groups.map(({ id }) => `group:${id}`)],
    ...(next !== undefined && { next }),
    ...(previous !== undefined && { previous }),
  };
};

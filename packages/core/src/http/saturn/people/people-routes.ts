import { z } from 'zod';
import { RunyardError } from '../../../domain/errors.ts';
import type { Owners } from '../../../services/owners/api.ts';
import type { Me } from '../../../services/users/api.ts';
import { ownerAnswer } from '../../answers/owner-answer.ts';
import { pageKeys } from '../../answers/page-answer.ts';
import { unknownTimestamp } from '../../answers/time.ts';
import { userAnswer } from '../../answers/user-answer.ts';
import { json, publicRoute, type Route, route } from '../../route.ts';
import { jobExample } from '../../schemas/examples.ts';
import { paging } from '../../schemas/query.ts';
import { onlyForwards } from '../only-forwards.ts';
import { everyOwner } from './every-owner.ts';
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
    description:
      'Admins see all users of the directory and behind them its groups, others themselves and their groups. There are only keys of next pages.',
    query: z.object({ ...paging, name: z.string().max(256).optional().describe('Part of the name.') }),
    answers: { 200: { description: 'The owners', schema: ownerList, example: ownersExample } },
    handle: async ({ services, runyard, owners, query }) => {
      const me = await services.users.me();
      if ((query.prev_key ?? '') !== '') throw onlyForwards('prev_key', query.prev_key);
      if (me.admin && runyard.http.directory) {
        const page = await everyOwner(services, query);
        return json({ owners: await named(owners, page.items), ...pageKeys(page) });
      }
      const own = await named(owners, ownersOf(me));
      const part = query.name?.toLowerCase() ?? '';
      return json({ owners: own.filter(({ name }) => name.toLowerCase().includes(part)) });
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
    created_at: unknownTimestamp,
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

import { z } from 'zod';
import type { Owners } from '../../services/owners/api.ts';
import type { SecretInput, SecretView } from '../../services/secrets/api.ts';
import { pageKeys, pageOptions } from '../answers/page-answer.ts';
import { rotationAnswer, secretAnswer } from '../answers/secret-answer.ts';
import { withOwner } from '../names/given-owner.ts';
import { ownerFilter } from '../names/owner-filter.ts';
import { removalNames, secretNames, secretUnsupported } from '../names/people-names.ts';
import { toLibrary } from '../names/translate.ts';
import { unsupported, withoutUnsupported } from '../names/unsupported.ts';
import { inWireNames } from '../names/wire-error.ts';
import { json, noContent, type Route, route } from '../route.ts';
import { flag, ownerQuery, paging } from '../schemas/query.ts';
import {
  rotationExample,
  secret,
  secretCreate,
  secretCreateExample,
  secretExample,
  secretList,
  secretRotation,
  secretUpdate,
} from '../schemas/secrets.ts';

/** Secrets: create, list, read (but for the value), change, remove; and the rotation of the key that encrypts them. */
export const secretRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/secrets',
    id: 'createSecret',
    summary: 'Create a secret',
    description: 'Jobs of its owner attach it by its name.',
    body: {
      schema: secretCreate,
      code: 'invalid-secret',
      required: true,
      example: secretCreateExample,
      isSecret: true,
    },
    answers: { 201: { description: 'The secret, without its value', schema: secret, example: secretExample } },
    errors: ['unsupported-field', 'group-not-found', 'user-not-found', 'name-in-use', 'no-encryption-key'],
    handle: async ({ services, owners, body, url }) => {
      const given = await withOwner(withoutUnsupported(body, secretUnsupported), owners, { code: 'invalid-secret' });
      const input = toLibrary(given, secretNames) as unknown as SecretInput;
      const made = await inWireNames(body, secretNames, () => services.secrets.create(input));
      return json(await named(owners, made), 201, { location: url(`/secrets/${made.id}`) });
    },
  }),
  route({
    method: 'GET',
    path: '/secrets',
    id: 'listSecrets',
    summary: 'List secrets',
    query: z.object({ ...paging, ...ownerQuery, name: z.string().optional().describe('Exactly this name.') }),
    answers: { 200: { description: 'A page of secrets', schema: secretList, example: { secrets: [secretExample] } } },
    handle: async ({ services, owners, query }) => {
      const owner = await ownerFilter(query, owners);
      const page = await services.secrets.list({
        ...pageOptions(query),
        ...(owner !== undefined && { owner }),
        ...(query.name !== undefined && { name: query.name }),
      });
      const names = await owners.named(page.items.map((item) => item.owner));
      return json({ secrets: page.items.map((item) => secretAnswer(item, names)), ...pageKeys(page) });
    },
  }),
  route({
    method: 'POST',
    path: '/secrets/rotate',
    id: 'rotateSecrets',
    summary: 'Encrypt every value with the current key',
    description: 'For admins, once every host has the new key. What is cut short is done again: nothing is lost.',
    answers: { 200: { description: 'What came of it', schema: secretRotation, example: rotationExample } },
    query: z.object({
      replace_lost_keys: flag
        .optional()
        .describe(
          'Makes the key of job tokens anew where no host has what opens it any more: tokens of active runs end.',
        ),
    }),
    errors: ['no-encryption-key'],
    handle: async ({ services, query }) => {
      const options = { replaceLostKeys: query.replace_lost_keys ?? false };
      return json(rotationAnswer(await services.secrets.rotate(options)));
    },
  }),
  route({
    method: 'GET',
    path: '/secrets/{secret_id}',
    id: 'getSecret',
    summary: 'Read what there is to know of a secret',
    answers: { 200: { description: 'The secret, without its value', schema: secret, example: secretExample } },
    handle: async ({ services, owners, params }) =>
      json(await named(owners, await services.secrets.get(params.secret_id ?? ''))),
  }),
  route({
    method: 'PATCH',
    path: '/secrets/{secret_id}',
    id: 'updateSecret',
    summary: 'Change the value or the description of a secret',
    description: 'What is left out stays. Runs that are prepared or started from now on get the new value.',
    body: {
      schema: secretUpdate,
      code: 'invalid-secret',
      required: true,
      example: { value: 'battery staple' },
      isSecret: true,
    },
    answers: { 200: { description: 'The secret, without its value', schema: secret, example: secretExample } },
    errors: ['unsupported-field', 'edit-conflict', 'no-encryption-key'],
    handle: async ({ services, owners, params, body }) => {
      const id = params.secret_id ?? '';
      const { name, ...patch } = toLibrary(withoutUnsupported(body, secretUnsupported), secretNames);
      if (name !== undefined) assertSameName(name, (await services.secrets.get(id)).name);
      const next = await inWireNames(body, secretNames, () => services.secrets.update(id, patch));
      return json(await named(owners, next));
    },
  }),
  route({
    method: 'DELETE',
    path: '/secrets/{secret_id}',
    id: 'deleteSecret',
    summary: 'Remove a secret',
    query: z.object({ allow_in_use: flag.optional().describe('Jobs that attach it fail at their next start.') }),
    answers: { 204: { description: 'It is removed.' } },
    errors: ['secret-in-use'],
    handle: async ({ services, params, query }) => {
      const options = { allowInUse: query.allow_in_use ?? false };
      await inWireNames({}, removalNames, () => services.secrets.remove(params.secret_id ?? '', options));
      return noContent();
    },
  }),
];

const named = async (owners: Owners, view: SecretView) => secretAnswer(view, await owners.named([view.owner]));

// Jobs attach it by its name.
const assertSameName = (given: unknown, name: string): void => {
  if (given !== name)
    throw unsupported('name', given, JSON.stringify(name), 'make a new secret, attach it, and remove this one');
};

import { z } from 'zod';
import type { GitCredentialInput, GitCredentialView } from '../../services/git-credentials/api.ts';
import type { Owners } from '../../services/owners/api.ts';
import { gitCredentialAnswer, scannedHostAnswer } from '../answers/git-credential-answer.ts';
import { pageKeys, pageOptions } from '../answers/page-answer.ts';
import { withOwner } from '../names/given-owner.ts';
import { ownerFilter } from '../names/owner-filter.ts';
import { credentialNames, removalNames } from '../names/people-names.ts';
import { toLibrary } from '../names/translate.ts';
import { inWireNames } from '../names/wire-error.ts';
import { json, noContent, type Route, route } from '../route.ts';
import {
  gitCredential,
  gitCredentialCreate,
  gitCredentialCreateExample,
  gitCredentialExample,
  gitCredentialList,
  gitCredentialUpdate,
  hostScan,
  scannedHost,
  scannedHostExample,
} from '../schemas/git-credentials.ts';
import { flag, ownerQuery, paging } from '../schemas/query.ts';

const shown = { description: 'The credential, without its secret half', schema: gitCredential };

/** Git credentials: create, list, read (but for the secret half), change, remove; and what host keys a server shows. */
export const gitCredentialRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/git_credentials',
    id: 'createGitCredential',
    summary: 'Create a git credential',
    description: 'Sources of its owner’s jobs name it. Of a key pair the answer has the public half.',
    body: {
      schema: gitCredentialCreate,
      code: 'invalid-credential',
      required: true,
      example: gitCredentialCreateExample,
      isSecret: true,
    },
    answers: { 201: { ...shown, example: gitCredentialExample } },
    errors: ['group-not-found', 'name-in-use', 'no-encryption-key'],
    handle: async ({ services, owners, body, url }) => {
      const given = await withOwner(body, owners, { code: 'invalid-credential' });
      const input = toLibrary(given, credentialNames) as unknown as GitCredentialInput;
      const made = await inWireNames(body, credentialNames, () => services.gitCredentials.create(input));
      return json(await named(owners, made), 201, { location: url(`/git_credentials/${made.id}`) });
    },
  }),
  route({
    method: 'GET',
    path: '/git_credentials',
    id: 'listGitCredentials',
    summary: 'List git credentials',
    query: z.object({ ...paging, ...ownerQuery, name: z.string().optional().describe('Exactly this name.') }),
    answers: {
      200: {
        description: 'A page of credentials',
        schema: gitCredentialList,
        example: { git_credentials: [gitCredentialExample] },
      },
    },
    handle: async ({ services, owners, query }) => {
      const owner = await ownerFilter(query, owners);
      const page = await services.gitCredentials.list({
        ...pageOptions(query),
        ...(owner !== undefined && { owner }),
        ...(query.name !== undefined && { name: query.name }),
      });
      const names = await owners.named(page.items.map((item) => item.owner));
      return json({ git_credentials: page.items.map((item) => gitCredentialAnswer(item, names)), ...pageKeys(page) });
    },
  }),
  route({
    method: 'POST',
    path: '/git_credentials/scan_host',
    id: 'scanHost',
    summary: 'Ask an SSH server for its host keys',
    description: 'For a person to compare: nothing is believed or kept by it. At most 10 s.',
    body: {
      schema: hostScan,
      code: 'invalid-credential',
      required: true,
      example: { host: 'git.example.org' },
    },
    answers: { 200: { description: 'What it shows now', schema: scannedHost, example: scannedHostExample } },
    errors: ['source-unreachable'],
    handle: async ({ services, body: { host, port }, request }) => {
      const options = { signal: request.signal, ...(port !== undefined && { port }) };
      return json(scannedHostAnswer(await services.gitCredentials.scanHost(host, options)));
    },
  }),
  route({
    method: 'GET',
    path: '/git_credentials/{credential_id}',
    id: 'getGitCredential',
    summary: 'Read what there is to know of a git credential',
    answers: { 200: { ...shown, example: gitCredentialExample } },
    handle: async ({ services, owners, params }) =>
      json(await named(owners, await services.gitCredentials.get(params.credential_id ?? ''))),
  }),
  route({
    method: 'PATCH',
    path: '/git_credentials/{credential_id}',
    id: 'updateGitCredential',
    summary: 'Change a git credential',
    description:
      'What is left out stays; so do its kind, name and owner. Runs that fetch from now on use what it says.',
    body: {
      schema: gitCredentialUpdate,
      code: 'invalid-credential',
      required: true,
      example: { new_pair: true },
      isSecret: true,
    },
    answers: { 200: { ...shown, example: gitCredentialExample } },
    errors: ['edit-conflict', 'no-encryption-key'],
    handle: async ({ services, owners, params, body }) => {
      const patch = toLibrary(body, credentialNames);
      const id = params.credential_id ?? '';
      const next = await inWireNames(body, credentialNames, () => services.gitCredentials.update(id, patch));
      return json(await named(owners, next));
    },
  }),
  route({
    method: 'DELETE',
    path: '/git_credentials/{credential_id}',
    id: 'deleteGitCredential',
    summary: 'Remove a git credential',
    query: z.object({ allow_in_use: flag.optional().describe('Jobs whose sources name it fail at their next start.') }),
    answers: { 204: { description: 'It is removed.' } },
    errors: ['credential-in-use'],
    handle: async ({ services, params, query }) => {
      const options = { allowInUse: query.allow_in_use ?? false };
      await inWireNames({}, removalNames, () => services.gitCredentials.remove(params.credential_id ?? '', options));
      return noContent();
    },
  }),
];

const named = async (owners: Owners, view: GitCredentialView) =>
  gitCredentialAnswer(view, await owners.named([view.owner]));

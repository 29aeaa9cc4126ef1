import { z } from 'zod';
import type { RotateOptions, TokenInput } from '../../services/tokens/api.ts';
import { pageKeys, pageOptions } from '../answers/page-answer.ts';
import { mintedAnswer, tokenAnswer } from '../answers/token-answer.ts';
import { rotateNames, tokenNames, tokenUnsupported, withExpiry } from '../names/people-names.ts';
import { toLibrary } from '../names/translate.ts';
import { withoutUnsupported } from '../names/unsupported.ts';
import { inWireNames } from '../names/wire-error.ts';
import { json, noContent, type Route, route } from '../route.ts';
import { paging } from '../schemas/query.ts';
import {
  mintedToken,
  mintedTokenExample,
  token,
  tokenCreate,
  tokenCreateExample,
  tokenExample,
  tokenList,
  tokenRotate,
} from '../schemas/tokens.ts';

/** Tokens of the directory: mint, list, read, revoke, rotate. */
export const tokenRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/tokens',
    id: 'createToken',
    summary: 'Make a token',
    description: 'The token is in this answer and in no other. One that is narrowed may not make any.',
    body: { schema: tokenCreate, code: 'invalid-request', required: true, example: tokenCreateExample },
    answers: { 201: { description: 'The token', schema: mintedToken, example: mintedTokenExample } },
    errors: ['unsupported-field', 'user-not-found', 'job-not-found', 'name-in-use', 'no-directory'],
    handle: async ({ services, runyard, body, url }) => {
      const given = withExpiry(withoutUnsupported(body, tokenUnsupported) as typeof body, runyard.http.now());
      const input = toLibrary(given, tokenNames) as unknown as TokenInput;
      const minted = await inWireNames(body, tokenNames, () => services.tokens.mint(input));
      return json(mintedAnswer(minted), 201, { location: url(`/tokens/${minted.view.id}`) });
    },
  }),
  route({
    method: 'GET',
    path: '/tokens',
    id: 'listTokens',
    summary: 'List tokens',
    description: 'Admins see all, others their own; never the tokens themselves.',
    query: z.object({ ...paging, user_id: z.string().optional() }),
    answers: { 200: { description: 'A page of tokens', schema: tokenList, example: { tokens: [tokenExample] } } },
    errors: ['no-directory'],
    handle: async ({ services, query }) => {
      const page = await services.tokens.list({
        ...pageOptions(query),
        ...(query.user_id !== undefined && { userId: query.user_id }),
      });
      return json({ tokens: page.items.map(tokenAnswer), ...pageKeys(page) });
    },
  }),
  route({
    method: 'GET',
    path: '/tokens/{token_id}',
    id: 'getToken',
    summary: 'Read what there is to know of a token',
    answers: { 200: { description: 'It, without the token itself', schema: token, example: tokenExample } },
    errors: ['no-directory'],
    handle: async ({ services, params }) => json(tokenAnswer(await services.tokens.get(params.token_id ?? ''))),
  }),
  route({
    method: 'DELETE',
    path: '/tokens/{token_id}',
    id: 'revokeToken',
    summary: 'Revoke a token',
    answers: { 204: { description: 'It is dead.' } },
    errors: ['no-directory'],
    handle: async ({ services, params }) => {
      await services.tokens.revoke(params.token_id ?? '');
      return noContent();
    },
  }),
  route({
    method: 'POST',
    path: '/tokens/{token_id}/rotate',
    id: 'rotateToken',
    summary: 'Make a token that takes the place of another',
    description: 'Of the same name, scopes and job. The old one is good until the overlap is over.',
    body: { schema: tokenRotate, code: 'invalid-request', example: { overlap_ms: 3_600_000 } },
    answers: { 201: { description: 'The new token', schema: mintedToken, example: mintedTokenExample } },
    errors: ['edit-conflict', 'no-directory'],
    handle: async ({ services, runyard, params, body, url }) => {
      const options = toLibrary(withExpiry(body, runyard.http.now()), rotateNames) as RotateOptions;
      const minted = await inWireNames(body, rotateNames, () => services.tokens.rotate(params.token_id ?? '', options));
      return json(mintedAnswer(minted), 201, { location: url(`/tokens/${minted.view.id}`) });
    },
  }),
];

import type { z } from 'zod';
import { authorize } from '../../access/authorize.ts';
import type { TokenData } from '../../access/directory/data.ts';
import { principalOfUser } from '../../access/directory/principal-of-user.ts';
import type { Principal } from '../../access/principal.ts';
import { hashOfToken, newTokenText } from '../../access/token-text.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import { makeDocument } from '../documents/write-document.ts';
import { isId, jobFor } from '../guard.ts';
import type { Minted } from './api.ts';
import { assertInFuture } from './in-future.ts';
import { endOf, mintingTokenThere } from './minting-token.ts';
import type { tokenSchema } from './token-schema.ts';
import { tokenView } from './token-view.ts';

/** Makes a token for somebody who is there, in one transaction with the guard that he still is. */
export const mint = async (
  context: EngineContext,
  principal: Principal,
  { name, scopes, expiresAt, jobId, userId }: z.output<typeof tokenSchema>,
): Promise<Minted> => {
  const bearer = await bearerOf(context, principal, userId);
  assertInFuture(context, expiresAt);
  const guards = await mintingTokenThere(context, principal);
  if (jobId !== undefined) await jobFor(context, bearer, 'job.read', jobId);
  const token = newTokenText('ryd_');
  const data: TokenData = {
    name,
    userId: bearer.id,
    scopes: scopes ?? null,
    jobId: jobId ?? null,
    expiresAt: endOf(expiresAt, principal.expiresAt ?? null),
    lastUsedAt: null,
    replacedBy: null,
    oneTime: false,
  };
  const document = await makeDocument(context, principal, {
    given: { kind: 'token', owner: `user:${bearer.id}`, name, lookup: hashOfToken(token), data },
    told: { deed: 'minted', details: limitsOf(data), with: guards },
  });
  return { token, view: tokenView(document) };
};

/** What a token may not do, for the audit trail. */
export const limitsOf = ({ scopes, jobId, expiresAt }: TokenData): Record<string, unknown> => ({
  ...(scopes && { scopes }),
  ...(jobId !== null && { job: jobId }),
  ...(expiresAt !== null && { expiresAt }),
});

const bearerOf = async (
  { store }: EngineContext,
  principal: Principal,
  userId: string | undefined,
): Promise<Principal> => {
  const id = userId ?? (principal.kind === 'user' ? principal.id : undefined);
  if (id === undefined)
    throw new RunyardError('invalid-request', '`userId` is missing: say for which user the token is.', {
      field: 'userId',
      expected: "a user's id",
    });
  const isTheirs = authorize(principal, 'token.write', { owner: `user:${id}` }) === 'allow';
  const bearer = isTheirs && isId(id) ? await principalOfUser(store, id) : null;
  if (bearer) return bearer;
  throw new RunyardError('user-not-found', `There is no user '${id}', or you may not see him.`, {
    field: 'userId',
    received: id,
  });
};

import type { TokenData, TokenDocument } from '../../access/directory/data.ts';
import type { Principal } from '../../access/principal.ts';
import { hashOfToken, newTokenText } from '../../access/token-text.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { Change } from '../../ports/store.ts';
import { auditChange } from '../audit/audit-change.ts';
import type { Minted } from './api.ts';
import { assertInFuture } from './in-future.ts';
import { limitsOf } from './mint.ts';
import { endOf, mintingTokenThere } from './minting-token.ts';
import { tokenView } from './token-view.ts';

export interface Rotation {
  document: TokenDocument;
  overlapMs: number;
  expiresAt?: number | undefined;
}

/** How often it is tried anew where the use of the old one is noted under it. */
const tries = 5;

/** In one transaction: the old one gets an end and leaves its name to the new one. */
export const rotate = async (
  context: EngineContext,
  principal: Principal,
  { document, overlapMs, expiresAt }: Rotation,
): Promise<Minted> => {
  assertInFuture(context, expiresAt);
  const { store, clock, entropy } = context;
  const guards = await mintingTokenThere(context, principal);
  let old: TokenDocument | null = document;
  for (let attempt = 1; old !== null && attempt <= tries; attempt++) {
    assertMayBeRotated(old);
    const now = clock.now();
    const token = newTokenText('ryd_');
    const id = entropy.id();
    const data: TokenData = {
      ...old.data,
      expiresAt: endOfNext(principal, old, { asked: expiresAt, now }),
      lastUsedAt: null,
    };
    const next: TokenDocument = {
      ...old,
      id,
      lookup: hashOfToken(token),
      revision: 1,
      data,
      createdAt: now,
      updatedAt: now,
    };
    const until = Math.min(now + overlapMs, old.data.expiresAt ?? Number.MAX_SAFE_INTEGER);
    const left: TokenDocument = {
      ...old,
      name: `${old.name} (replaced by ${id})`,
      revision: old.revision + 1,
      data: { ...old.data, expiresAt: until, replacedBy: id },
      updatedAt: now,
    };
    const subject = { kind: 'token', id: old.id, name: old.name };
    const details = { ...limitsOf(data), replacedBy: id, oldUntil: until };
    const batch: Change[] = [
      ...guards,
      { kind: 'document.expect', documentKind: 'user', id: data.userId },
      { kind: 'document.update', document: left, expectRevision: old.revision },
      { kind: 'document.insert', document: next },
      auditChange(context, principal, { action: 'token.rotated', subject, owner: old.owner, details }),
    ];
    const [result] = await store.commit([batch]);
    if (result?.ok) return { token, view: tokenView(next) };
    old = (await store.document('token', old.id)) as TokenDocument | null;
  }
  throw old === null
    ? new RunyardError('token-not-found', `The token '${document.data.name}' was revoked meanwhile.`)
    : new RunyardError('edit-conflict', `The token '${document.data.name}' was changed meanwhile. Try again.`, {
        id: document.id,
      });
};

// As long a life as the old one was given, but what rotates another than itself ends no later than it does itself.
const endOfNext = (
  principal: Principal,
  old: TokenDocument,
  { asked, now }: { asked: number | undefined; now: number },
): number | null => {
  const { id, createdAt, data } = old;
  const asBefore = data.expiresAt === null ? null : now + data.expiresAt - createdAt;
  const latest = principal.token === id ? asBefore : (principal.expiresAt ?? null);
  return asked === undefined ? earlierOf(asBefore, latest) : endOf(asked, latest);
};

const earlierOf = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

const assertMayBeRotated = ({ data }: TokenDocument): void => {
  if (data.oneTime)
    throw new RunyardError('invalid-request', 'A one-time token is not rotated: mint a token that stays with it.');
  if (data.replacedBy === null) return;
  throw new RunyardError(
    'invalid-request',
    `The token '${data.name}' was rotated already, and ends by itself: rotate the one that took its place (${data.replacedBy}).`,
  );
};

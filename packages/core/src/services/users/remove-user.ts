import { nobody, type TokenData, type UserDocument } from '../../access/directory/data.ts';
import { everyDocument } from '../../access/directory/every-document.ts';
import type { Principal } from '../../access/principal.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { Change } from '../../ports/store.ts';
import { auditChange } from '../audit/audit-change.ts';
import { whatIsOwned } from '../documents/what-is-owned.ts';
import { otherAdminStays } from './other-admin-stays.ts';

/** How often it is tried anew where he, or what he has, is changed meanwhile. */
const tries = 20;

/** He, his tokens, his memberships and what is known of the images that he has built, in one transaction; see `Users.remove`. */
export const removeUser = async (
  context: EngineContext,
  principal: Principal,
  { id, name }: UserDocument,
): Promise<void> => {
  const { store } = context;
  const owner = `user:${id}`;
  for (let attempt = 1; ; attempt++) {
    const user = (await store.document('user', id)) as UserDocument | null;
    if (!user) return;
    const admin = user.data.admin ? [await otherAdminStays(context, user)] : [];
    const [tokens, members, images] = await Promise.all([
      tokensOf(context, id),
      membershipsOf(context, id),
      imagesOf(context, owner),
    ]);
    const remove: Change = {
      kind: 'document.remove',
      documentKind: 'user',
      id,
      // He may be the only admin by now.
      expectRevision: user.revision,
      unlessOwner: { owner, kinds: ['secret', 'git-credential', 'webhook', 'token'] },
    };
    const details = { tokens: tokens.length, memberships: members.length };
    const audit = auditChange(context, principal, {
      action: 'user.removed',
      subject: { kind: 'user', id, name },
      owner: '',
      details,
    });
    const [result] = await store.commit([[...admin, ...tokens, ...members, ...images, remove, audit]]);
    if (result?.ok) break;
    const owned = await whatIsOwned(context, { owner, what: `user '${name}'` });
    if (owned) throw owned;
    if (attempt === tries) throw keptChanging(id, name);
  }
  // He may have been let into a group since his memberships were read; from now on nobody can.
  const late = await membershipsOf(context, id);
  if (late.length > 0) await store.commit(late.map((one) => [one]));
};

const tokensOf = async ({ store }: EngineContext, id: string): Promise<Change[]> => {
  const changes: Change[] = [];
  for await (const token of everyDocument<TokenData>(store, { kind: 'token', owners: [`user:${id}`, nobody] }))
    if (token.data.userId === id) changes.push({ kind: 'document.remove', documentKind: 'token', id: token.id });
  return changes;
};

const membershipsOf = async ({ store }: EngineContext, id: string): Promise<Change[]> => {
  const changes: Change[] = [];
  for await (const member of everyDocument(store, { kind: 'member', name: id }))
    changes.push({ kind: 'document.remove', documentKind: 'member', id: member.id });
  return changes;
};

const imagesOf = async ({ store }: EngineContext, owner: string): Promise<Change[]> => {
  const changes: Change[] = [];
  for await (const { id } of everyDocument(store, { kind: 'image', owners: [owner] }))
    changes.push({ kind: 'document.remove', documentKind: 'image', id });
  return changes;
};

const keptChanging = (id: string, name: string): RunyardError =>
  new RunyardError('edit-conflict', `'${name}', or what he owns, kept changing while he was removed. Try again.`, {
    id,
  });

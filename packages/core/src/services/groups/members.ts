import type { GroupDocument, UserDocument } from '../../access/directory/data.ts';
import type { Principal } from '../../access/principal.ts';
import type { StoredDocument } from '../../domain/document.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { Change, Page, PageQuery } from '../../ports/store.ts';
import { auditChange } from '../audit/audit-change.ts';
import { isId } from '../guard.ts';
import type { MemberView } from './api.ts';

export const membersOf = async (
  { store }: EngineContext,
  { id }: GroupDocument,
  query: PageQuery,
): Promise<Page<MemberView>> => {
  const page = await store.documents({ kind: 'member', owners: [ownerOf(id)], ...query });
  const users = await Promise.all(page.items.map(({ name }) => store.document('user', name)));
  // One that was removed just now is none any more.
  const items = page.items.flatMap((member, i) => (users[i] ? [memberView(member, users[i] as UserDocument)] : []));
  return { ...page, items };
};

/** In one transaction with the guards that both are there. Does nothing where he is a member already. */
export const addMember = async (
  context: EngineContext,
  principal: Principal,
  { group, userId }: { group: GroupDocument; userId: string },
): Promise<MemberView> => {
  const { store, clock, entropy } = context;
  const user = isId(userId) ? ((await store.document('user', userId)) as UserDocument | null) : null;
  if (!user) throw noUser(userId);
  const now = clock.now();
  const member: StoredDocument = {
    kind: 'member',
    id: entropy.id(),
    owner: ownerOf(group.id),
    name: userId,
    lookup: null,
    revision: 1,
    data: {},
    createdAt: now,
    updatedAt: now,
  };
  const [result] = await store.commit([
    [
      { kind: 'document.expect', documentKind: 'group', id: group.id },
      { kind: 'document.expect', documentKind: 'user', id: userId },
      { kind: 'document.insert', document: member },
      told(context, principal, { group, user, deed: 'member-added' }),
    ],
  ]);
  if (result?.ok) return memberView(member, user);
  const before = await store.documentByName('member', member.owner, userId);
  if (before) return memberView(before, user);
  throw result?.change === 0
    ? new RunyardError('group-not-found', `The group '${group.name}' was removed meanwhile.`)
    : noUser(userId);
};

/** Does nothing where he is none. */
export const removeMember = async (
  context: EngineContext,
  principal: Principal,
  { group, userId }: { group: GroupDocument; userId: string },
): Promise<void> => {
  const { store } = context;
  const member = isId(userId) ? await store.documentByName('member', ownerOf(group.id), userId) : null;
  if (!member) return;
  const user = ((await store.document('user', userId)) as UserDocument | null) ?? { id: userId, name: null };
  await store.commit([
    [
      { kind: 'document.remove', documentKind: 'member', id: member.id },
      told(context, principal, { group, user, deed: 'member-removed' }),
    ],
  ]);
};

const ownerOf = (groupId: string): string => `group:${groupId}`;

const told = (
  context: EngineContext,
  principal: Principal,
  { group, user, deed }: { group: GroupDocument; user: { id: string; name: string | null }; deed: string },
): Change =>
  auditChange(context, principal, {
    action: `group.${deed}`,
    subject: { kind: 'group', id: group.id, name: group.name },
    owner: ownerOf(group.id),
    details: { user: user.id, ...(user.name !== null && { name: user.name }) },
  });

const memberView = ({ createdAt }: StoredDocument, { id, name, data }: UserDocument): MemberView => ({
  userId: id,
  name,
  displayName: data.displayName,
  since: createdAt,
});

const noUser = (id: string): RunyardError =>
  new RunyardError('user-not-found', `There is no user '${id}'.`, { field: 'userId', received: String(id) });

import type { GroupDocument } from '../../access/directory/data.ts';
import { everyDocument } from '../../access/directory/every-document.ts';
import type { Principal } from '../../access/principal.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { Change } from '../../ports/store.ts';
import { auditChange } from '../audit/audit-change.ts';
import { ownedKinds, whatIsOwned } from '../documents/what-is-owned.ts';

/** How often it is tried anew where it is given something, or somebody, meanwhile. */
const tries = 20;

/** The group and its memberships, in one transaction, while it owns nothing else. */
export const removeGroup = async (
  context: EngineContext,
  principal: Principal,
  { id, name }: GroupDocument,
): Promise<void> => {
  const owner = `group:${id}`;
  for (let attempt = 1; attempt <= tries; attempt++) {
    const members = await membersOf(context, owner);
    const unlessOwner = { owner, kinds: [...ownedKinds, 'member' as const] };
    const remove: Change = { kind: 'document.remove', documentKind: 'group', id, unlessOwner };
    const subject = { kind: 'group', id, name };
    const details = { members: members.length };
    const audit = auditChange(context, principal, { action: 'group.removed', subject, owner: '', details });
    const [result] = await context.store.commit([[...members, remove, audit]]);
    if (result?.ok || !(await context.store.document('group', id))) return;
    const owned = await whatIsOwned(context, { owner, what: `group '${name}'` });
    if (owned) throw owned;
  }
  throw new RunyardError('edit-conflict', `The group '${name}' kept changing while it was removed. Try again.`, { id });
};

const membersOf = async ({ store }: EngineContext, owner: string): Promise<Change[]> => {
  const changes: Change[] = [];
  for await (const member of everyDocument(store, { kind: 'member', owners: [owner] }))
    changes.push({ kind: 'document.remove', documentKind: 'member', id: member.id });
  return changes;
};

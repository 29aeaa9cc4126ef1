import { ownerOf, type Principal } from '../../access/principal.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { Change } from '../../ports/store.ts';
import { ownerGone } from './owner-gone.ts';

/**
 * Guards, to be written with whatever is made for an owner, that a group or a user of ours is not removed meanwhile. Those that a host names and that
 * are none of ours are the host's business. Throws `group-not-found` where the directory is ours alone, and `user-not-found` to somebody of the directory
 * who makes it for himself and is gone.
 */
export const ownerThere = async (
  { store, settings }: EngineContext,
  principal: Principal,
  owner: string,
): Promise<readonly Change[]> => {
  const [, kind, id] = /^(group|user):([0-9a-f]{32})$/.exec(owner) ?? [];
  const documentKind = kind === 'group' ? 'group' : 'user';
  if (id !== undefined && (await store.document(documentKind, id)) !== null)
    return [{ kind: 'document.expect', documentKind, id }];
  if (principal.directory !== undefined && owner === ownerOf(principal)) throw ownerGone(owner);
  if (!owner.startsWith('group:') || !settings.directory) return [];
  throw new RunyardError('group-not-found', `There is no group '${owner.slice('group:'.length)}'.`, {
    field: 'owner',
    received: owner,
  });
};

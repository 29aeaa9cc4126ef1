import { type Principal, visibleOwners } from '../../access/principal.ts';
import { isRunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { NamedOwner, OwnerNames } from './api.ts';

/**
 * What the owners are called now; see `Owners.named`. Of what somebody is shown, he is told whose it is: this asks for no scope. A store that is away gives
 * none: what was done, or a secret that is shown this once, is not lost for a name.
 */
export const namedOwners = async (
  { store, settings }: EngineContext,
  principal: Principal,
  owners: Iterable<string>,
): Promise<OwnerNames> => {
  if (!settings.directory) return new Map();
  const visible = visibleOwners(principal);
  const ids = [...new Set(owners)].flatMap((owner) => {
    const [, id] = /^(?:user|group):([0-9a-f]{32})$/.exec(owner) ?? [];
    return id === undefined || visible?.includes(owner) === false ? [] : [id];
  });
  if (ids.length === 0) return new Map();
  const found = await store.documentsById(ids).catch(noneWhileAway);
  return new Map(
    found.map(({ kind, id, name, createdAt }): [string, NamedOwner] => [`${kind}:${id}`, { name, createdAt }]),
  );
};

const noneWhileAway = (error: unknown): [] => {
  if (isRunyardError(error) && error.code === 'store-unavailable') return [];
  throw error;
};

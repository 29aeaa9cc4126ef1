import { isRunyardError } from '../../../domain/errors.ts';
import type { JobView } from '../../../services/api.ts';
import type { Owners } from '../../../services/owners/api.ts';
import { org } from '../people/org.ts';

/** How recipes say an owner: `org/name`, where that finds him and is as published names are; else by his id. */
export type OwnerReference = string | { id: string };

/** By owner. Where nobody can be asked, by his id: what was saved is not lost for a name. */
export const ownerReferences = async (
  owners: Owners,
  jobs: readonly JobView[],
): Promise<ReadonlyMap<string, OwnerReference>> => {
  const all = [...new Set(jobs.map(({ spec }) => spec.owner))];
  const names = await owners.named(all);
  const references = new Map<string, OwnerReference>();
  for (const owner of all) {
    const name = names.get(owner)?.name ?? owner.slice(owner.indexOf(':') + 1);
    const path = `${org.name}/${name}`;
    const isFound = published.test(name) && (await found(owners, path)) === owner;
    references.set(owner, isFound ? path : { id: owner });
  }
  return references;
};

const found = async (owners: Owners, path: string): Promise<string | null> => {
  try {
    return (await owners.find(path)).owner;
  } catch (error) {
    if (isRunyardError(error) && error.code === 'store-unavailable') return null;
    throw error;
  }
};

const published = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/;

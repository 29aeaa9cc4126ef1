import type { JobView } from '../../../services/api.ts';
import type { Owners } from '../../../services/owners/api.ts';
import { org } from '../people/org.ts';

/** How recipes say an owner: `org/name`, where that finds him and is as published names are; else by his id. */
export type OwnerReference = string | { id: string };

/** By owner. */
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
    const isFound = published.test(name) && (await owners.find(path)).owner === owner;
    references.set(owner, isFound ? path : { id: owner });
  }
  return references;
};

const published = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/;

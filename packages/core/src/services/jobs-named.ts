import type { Job } from '../domain/job/job.ts';
import type { EngineContext } from '../engine/context.ts';

/** Of each of these owners, or of everybody, the job of exactly that name. */
export const jobsNamed = async (
  { store }: EngineContext,
  name: string,
  owners: readonly string[] | undefined,
): Promise<Job[]> => {
  if (owners) {
    const found = await Promise.all(owners.map((owner) => store.jobByName(owner, name)));
    return found.filter((job) => job !== null);
  }
  // The list finds parts of names too.
  const found: Job[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.jobs({ name, limit: 1000, ...(after !== undefined && { after }) });
    found.push(...page.items.filter(({ spec }) => spec.name === name));
    if (page.next === undefined) return found;
    after = page.next;
  }
};

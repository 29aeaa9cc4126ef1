import type { Job } from '../../domain/job/job.ts';
import type { Store } from '../../ports/store.ts';

/** All jobs of an owner that are such. */
export const jobsOf = async (store: Store, owner: string, isSuch: (job: Job) => boolean): Promise<Job[]> => {
  const found: Job[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.jobs({ owners: [owner], limit: 200, ...(after !== undefined && { after }) });
    found.push(...page.items.filter(isSuch));
    if (page.next === undefined) return found;
    after = page.next;
  }
};

import type { Job, JobSpec } from '../domain/job/job.ts';
import type { Store } from '../ports/store.ts';
import { isSameJson } from './same-json.ts';

/** Whether applying the spec to the job changes nothing. */
export const isApplied = (job: Job, spec: JobSpec): boolean => job.applied && isSameJson(job.spec, spec);

/** Jobs of these owners that were applied once and are not kept. */
export async function* othersApplied(
  store: Store,
  { kept, owners }: { kept: ReadonlySet<string>; owners: readonly string[] },
): AsyncGenerator<Job> {
  for (let after: string | undefined; ; ) {
    const page = await store.jobs({
      owners: [...new Set(owners)],
      applied: true,
      limit: 1000,
      ...(after !== undefined && { after }),
    });
    for (const job of page.items) if (!kept.has(job.id)) yield job;
    if (page.next === undefined) return;
    after = page.next;
  }
}

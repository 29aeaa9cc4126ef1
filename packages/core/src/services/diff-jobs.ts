import type { Job, JobSpec } from '../domain/job/job.ts';
import type { JobInput } from '../domain/job/job-schema.ts';
import type { JobDifference } from './api.ts';
import { isApplied, othersApplied } from './applied-jobs.ts';
import { mayDo } from './guard.ts';
import { type JobServices, readJob } from './read-job.ts';

/** What `applyJobs` would do now; see `Jobs.diff`. */
export const diffJobs = async (
  services: JobServices,
  inputs: readonly JobInput[],
  { prune = false }: { prune?: boolean },
): Promise<JobDifference[]> => {
  mayDo(services.principal, 'job.write');
  const { store } = services.context;
  const differences: JobDifference[] = [];
  const kept = new Set<string>();
  const specs = inputs.map((input) => readJob(services, input));
  for (const spec of specs) {
    const job = await store.jobByName(spec.owner, spec.name);
    if (job) kept.add(job.id);
    differences.push(differenceOf(job, spec));
  }
  if (!prune) return differences;
  for await (const job of othersApplied(store, { kept, owners: specs.map(({ owner }) => owner) }))
    differences.push({ change: 'removed', id: job.id, before: job.spec, after: null });
  return differences;
};

const differenceOf = (job: Job | null, spec: JobSpec): JobDifference => {
  if (!job) return { change: 'created', id: null, before: null, after: spec };
  const change = isApplied(job, spec) ? 'unchanged' : 'updated';
  return { change, id: job.id, before: job.spec, after: spec };
};

import type { Job } from '../../domain/job/job.ts';
import type { Run } from '../../domain/run/run.ts';
import type { JobQuery, Page, RunQuery } from '../../ports/store.ts';
import { pageOf } from './page-of.ts';
import type { Tables } from './tables.ts';

export const listJobs = (tables: Tables, query: JobQuery): Page<Job> => {
  const found: { seq: number; item: Job }[] = [];
  for (const { seq, job, removedAt } of tables.jobs.values())
    if (removedAt === null && fitsJob(job, query)) found.push({ seq, item: job });
  return pageOf(query, found);
};

export const listRuns = (tables: Tables, query: RunQuery): Page<Run> => {
  const found: { seq: number; item: Run }[] = [];
  for (const { seq, run } of candidates(tables, query)) if (fitsRun(tables, run, query)) found.push({ seq, item: run });
  return pageOf(query, found);
};

const fitsJob = ({ spec, applied }: Job, query: JobQuery): boolean =>
  (!query.owners || query.owners.includes(spec.owner)) &&
  (query.name === undefined || spec.name.toLowerCase().includes(query.name.toLowerCase())) &&
  (query.applied === undefined || query.applied === applied) &&
  Object.entries(query.tags ?? {}).every(([key, value]) => Object.hasOwn(spec.tags, key) && spec.tags[key] === value);

const candidates = (tables: Tables, { jobId }: RunQuery) =>
  jobId === undefined
    ? tables.runs.values()
    : (tables.runsOfJob.get(jobId) ?? []).flatMap((id) => tables.runs.get(id) ?? []);

const fitsRun = (tables: Tables, run: Run, query: RunQuery): boolean =>
  (!query.owners || query.owners.includes(tables.jobs.get(run.jobId)?.job.spec.owner ?? '')) &&
  (!query.states || query.states.includes(run.state)) &&
  (query.trigger === undefined || query.trigger === run.trigger) &&
  (query.idempotencyKey === undefined || query.idempotencyKey === run.idempotencyKey);

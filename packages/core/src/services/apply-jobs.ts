import { isRunyardError } from '../domain/errors.ts';
import type { JobSpec } from '../domain/job/job.ts';
import type { JobInput } from '../domain/job/job-schema.ts';
import type { Applied } from './api.ts';
import { isApplied, othersApplied } from './applied-jobs.ts';
import { afterChecks, refuseUnready } from './check/refuse-unready.ts';
import { mayDo, mayOwn } from './guard.ts';
import { viewOf } from './job-view.ts';
import { type JobServices, readJob } from './read-job.ts';
import { insertJob, removeJob, replaceJob } from './write-job.ts';

const tries = 20;

/** Brings the stored jobs to what a deploy says; see `Jobs.apply`. All are checked before the first is written. */
export const applyJobs = async (
  services: JobServices,
  inputs: readonly JobInput[],
  { prune = false, check = false }: { prune?: boolean; check?: boolean },
): Promise<Applied[]> => {
  mayDo(services.principal, 'job.write');
  const specs = inputs.map((input) => readJob(services, input));
  const checks = check ? specs.map((spec) => () => refuseChange(services, spec)) : [];
  const writer = check ? await afterChecks(services, checks) : services;
  for (const { owner } of specs) mayOwn(writer.principal, 'job.write', owner);
  const applied: Applied[] = [];
  for (const spec of specs) applied.push(await applyOne(writer, spec));
  return prune ? [...applied, ...(await pruneOthers(writer, applied))] : applied;
};

// What would be left as it is may run as it did.
const refuseChange = async (services: JobServices, spec: JobSpec): Promise<void> => {
  const existing = await services.context.store.jobByName(spec.owner, spec.name);
  if (existing && isApplied(existing, spec)) return;
  await refuseUnready(services, existing ? { job: { ...existing, spec } } : { spec });
};

// Other instances may be doing the same: whoever comes second finds it done.
const applyOne = async (services: JobServices, spec: JobSpec): Promise<Applied> => {
  const { context } = services;
  for (let attempt = 1; ; attempt++) {
    try {
      const existing = await context.store.jobByName(spec.owner, spec.name);
      if (!existing)
        return { job: await viewOf(context, await insertJob(services, spec, { applied: true })), change: 'created' };
      if (isApplied(existing, spec)) return { job: await viewOf(context, existing), change: 'unchanged' };
      return {
        job: await viewOf(
          context,
          await replaceJob(services, existing, { change: { spec, applied: true }, deed: 'applied' }),
        ),
        change: 'updated',
      };
    } catch (error) {
      const raced = isRunyardError(error) && (error.code === 'edit-conflict' || error.code === 'name-in-use');
      if (!raced || attempt === tries) throw error;
    }
  }
};

const pruneOthers = async (services: JobServices, applied: readonly Applied[]): Promise<Applied[]> => {
  const { context } = services;
  const kept = new Set(applied.map(({ job }) => job.id));
  const removed: Applied[] = [];
  for await (const job of othersApplied(context.store, { kept, owners: applied.map((one) => one.job.spec.owner) })) {
    removed.push({ job: await viewOf(context, job), change: 'removed' });
    await removeJob(services, job, { allowActive: true });
  }
  return removed;
};

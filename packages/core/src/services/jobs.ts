import { ownerOf, type Principal, visibleOwners } from '../access/principal.ts';
import { RunyardError } from '../domain/errors.ts';
import type { JobInput } from '../domain/job/job-schema.ts';
import type { Job, JobSpec } from '../domain/job/job.ts';
import { type JobContext, parseJob, patchJob } from '../domain/job/parse-job.ts';
import type { EngineContext } from '../engine/context.ts';
import { requestStop } from '../engine/stop-run.ts';
import type { Change } from '../ports/store.ts';
import type { Jobs, JobView } from './api.ts';
import { applyJobs } from './apply-jobs.ts';
import { checkSpec } from './check-spec.ts';
import { firstCursor, movedCursor } from './cursors.ts';
import { jobFor, mayDo, mayOwn } from './guard.ts';
import { pageQuery } from './page-query.ts';
import { previewSchedule } from './preview.ts';
import { startJob } from './start-job.ts';

/** What the job services need besides the engine. */
export interface JobServices {
  context: EngineContext;
  principal: Principal;
  defaultExecutor: string;
}

export const createJobs = (services: JobServices): Jobs => {
  const { context, principal } = services;
  const { store } = context;
  return {
    async create(input) {
      mayDo(principal, 'job.write');
      const spec = readJob(services, input);
      return viewOf(context, await insertJob(services, spec, { applied: false }));
    },

    async get(id) {
      return viewOf(context, await jobFor(context, principal, 'job.read', id));
    },

    async list({ owner, name, tags, ...paging } = {}) {
      mayDo(principal, 'job.read');
      const owners = narrow(visibleOwners(principal), owner);
      const page = await store.jobs({
        ...pageQuery(paging, false),
        ...(owners && { owners }),
        ...(name !== undefined && { name }),
        ...(tags && { tags }),
      });
      return { ...page, items: await viewsOf(context, page.items) };
    },

    async update(id, patch) {
      const job = await jobFor(context, principal, 'job.write', id);
      const spec = patchJob(job.spec, patch, jobContext(services));
      if (spec.owner !== job.spec.owner) mayOwn(principal, 'job.write', spec.owner);
      checkSpec(context, spec);
      return viewOf(context, await replaceJob(context, job, { spec }));
    },

    async remove(id, { allowActive = false } = {}) {
      const job = await jobFor(context, principal, 'job.write', id);
      await removeJob(context, job, { allowActive, by: principal.id });
    },

    apply: (input, options = {}) => applyJobs(services, Array.isArray(input) ? input : [input as JobInput], options),

    start: (id, options = {}) => startJob(context, principal, id, options),

    async pause(id, { note } = {}) {
      const job = await jobFor(context, principal, 'job.write', id);
      const pause = { at: context.clock.now(), by: principal.id, note: note ?? null };
      return viewOf(context, await replaceJob(context, job, { pause }));
    },

    async resume(id) {
      const job = await jobFor(context, principal, 'job.write', id);
      return viewOf(context, await replaceJob(context, job, { pause: null }));
    },

    async preview(which, n = 5) {
      if (typeof which !== 'string') return previewSchedule(which, { now: context.clock.now(), n });
      const job = await jobFor(context, principal, 'job.read', which);
      const cursor = await store.cursor(job.id);
      return previewSchedule(job, { now: context.clock.now(), n, ...(cursor && { anchorAt: cursor.anchorAt }) });
    },

    async occurrences(id, { from = 0, to = Number.MAX_SAFE_INTEGER, limit = 1000 } = {}) {
      const job = await jobFor(context, principal, 'job.read', id);
      return store.occurrences({ jobId: job.id, from, to, limit });
    },
  };
};

export const jobContext = ({ context, principal, defaultExecutor }: JobServices): JobContext => ({
  sizes: context.sizes,
  executors: [...context.executors.keys()],
  defaultExecutor,
  defaultOwner: ownerOf(principal),
});

/** Reads and checks a job that somebody wants to make. */
export const readJob = (services: JobServices, input: JobInput): JobSpec => {
  const spec = parseJob(input, jobContext(services));
  mayOwn(services.principal, 'job.write', spec.owner);
  checkSpec(services.context, spec);
  return spec;
};

export const insertJob = async ({ context }: JobServices, spec: JobSpec, { applied }: { applied: boolean }): Promise<Job> => {
  const now = context.clock.now();
  const job: Job = {
    id: context.entropy.id(),
    revision: 1,
    spec,
    applied,
    pause: null,
    createdAt: now,
    updatedAt: now,
    lastStartedAt: null,
  };
  const [result] = await context.store.commit([[{ kind: 'job.insert', job, cursor: firstCursor(job, now) }]]);
  if (!result?.ok) throw await nameInUse(context, spec);
  changed(context, job, 'created');
  return job;
};

/** Writes an edit, a pause or a resume. Never fires past instants; `@every` keeps its anchor. */
export const replaceJob = async (
  context: EngineContext,
  job: Job,
  change: Partial<Pick<Job, 'spec' | 'pause' | 'applied'>>,
): Promise<Job> => {
  const now = context.clock.now();
  const next: Job = { ...job, ...change, revision: job.revision + 1, updatedAt: now };
  const cursor = movedCursor({ before: job, after: next, current: await context.store.cursor(job.id), now });
  const edit: Change = { kind: 'job.update', job: next, expectRevision: job.revision, ...(cursor !== undefined && { cursor }) };
  const [result] = await context.store.commit([[edit]]);
  if (result?.ok) {
    changed(context, next, 'updated');
    return next;
  }
  const other = await context.store.jobByName(next.spec.owner, next.spec.name);
  if (other && other.id !== job.id) throw await nameInUse(context, next.spec);
  throw new RunyardError('edit-conflict', `The job '${job.spec.name}' was changed by somebody else meanwhile. Read it and try again.`, {
    id: job.id,
  });
};

export const removeJob = async (
  context: EngineContext,
  job: Job,
  { allowActive, by }: { allowActive: boolean; by: string },
): Promise<void> => {
  const remove: Change = { kind: 'job.remove', id: job.id, at: context.clock.now(), unlessActive: !allowActive };
  const [result] = await context.store.commit([[remove]]);
  const active = await context.store.active([job.id]);
  if (!result?.ok && active.length > 0)
    throw new RunyardError('job-active', `The job '${job.spec.name}' has active runs. Cancel them first, or allow it.`, {
      ...(active[0] && { id: active[0].id }),
    });
  for (const run of active) await requestStop(context, run.id, { cause: 'job-removed', by });
  if (result?.ok) changed(context, job, 'removed');
};

export const viewOf = async (context: EngineContext, job: Job): Promise<JobView> => {
  const [view] = await viewsOf(context, [job]);
  if (!view) throw new TypeError('one job gives one view');
  return view;
};

const viewsOf = async ({ store }: EngineContext, jobs: readonly Job[]): Promise<JobView[]> => {
  if (jobs.length === 0) return [];
  const counts = await store.activeCounts(jobs.map(({ id }) => id));
  const cursors = await Promise.all(jobs.map(({ id, spec }) => (spec.schedule ? store.cursor(id) : null)));
  return jobs.map((job, i) => ({
    ...job,
    activeRuns: counts.get(job.id) ?? 0,
    nextFireAt: job.pause || job.spec.schedule?.enabled === false ? null : (cursors[i]?.nextFireAt ?? null),
  }));
};

const nameInUse = async ({ store }: EngineContext, { owner, name }: JobSpec): Promise<RunyardError> => {
  const other = await store.jobByName(owner, name);
  return new RunyardError('name-in-use', `${owner} has a job named '${name}' already${other ? ` (${other.id})` : ''}. Choose another name.`, {
    field: 'name',
    received: name,
    ...(other && { id: other.id }),
  });
};

const narrow = (visible: string[] | undefined, owner: string | undefined): string[] | undefined => {
  if (owner === undefined) return visible;
  return visible === undefined || visible.includes(owner) ? [owner] : [];
};

const changed = (context: EngineContext, job: Job, change: 'created' | 'updated' | 'removed'): void => {
  context.emit('job.changed', { at: context.clock.now(), job, change });
  context.wake();
};

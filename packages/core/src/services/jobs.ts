import { visibleOwners } from '../access/principal.ts';
import type { JobInput } from '../domain/job/job-schema.ts';
import { patchJob } from '../domain/job/parse-job.ts';
import type { Jobs } from './api.ts';
import { applyJobs } from './apply-jobs.ts';
import { checkSpec } from './check-spec.ts';
import { diffJobs } from './diff-jobs.ts';
import { jobFor, mayDo, mayOwn } from './guard.ts';
import { jobHint } from './job-hint.ts';
import { viewOf, viewsOf } from './job-view.ts';
import { pageQuery } from './page-query.ts';
import { previewSchedule } from './preview.ts';
import { type JobServices, jobContext, readJob } from './read-job.ts';
import { startJob } from './start-job.ts';
import { insertJob, type JobNews, removeJob, replaceJob } from './write-job.ts';

export const createJobs = (services: JobServices): Jobs => {
  const { context, principal } = services;
  const { store } = context;
  return {
    async create(input) {
      mayDo(principal, 'job.write');
      const spec = readJob(services, input);
      return viewOf(context, await insertJob(context, spec, { applied: false }));
    },

    async get(id) {
      const job = await jobFor(context, principal, 'job.read', id);
      const [view, hint] = await Promise.all([viewOf(context, job), jobHint(context, job)]);
      return { ...view, hint };
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

    diff: (input, options = {}) => diffJobs(services, Array.isArray(input) ? input : [input as JobInput], options),

    start: (id, options = {}) => startJob(context, principal, id, options),

    async pause(id, { note } = {}) {
      const job = await jobFor(context, principal, 'job.write', id);
      const pause = { at: context.clock.now(), by: principal.id, note: note ?? null };
      return viewOf(context, await replaceJob(context, job, { pause }, newsOf('paused', note)));
    },

    async resume(id, { note } = {}) {
      const job = await jobFor(context, principal, 'job.write', id);
      return viewOf(context, await replaceJob(context, job, { pause: null }, newsOf('resumed', note)));
    },

    async preview(which, n = 5) {
      if (typeof which !== 'string') return previewSchedule(which, { now: context.clock.now(), n });
      const job = await jobFor(context, principal, 'job.read', which);
      const cursor = await store.cursor(job.id);
      return previewSchedule(job, { now: context.clock.now(), n, ...(cursor && { anchorAt: cursor.anchorAt }) });
    },

    async occurrences(id, { from = 0, to = Number.MAX_SAFE_INTEGER, limit = 1000 } = {}) {
      const job = await jobFor(context, principal, 'job.read', id);
      return store.occurrences({ jobId: job.id, from, to, limit: pageQuery({ limit }, false).limit });
    },
  };
};

const newsOf = (change: JobNews['change'], note: string | undefined): JobNews =>
  note === undefined ? { change } : { change, note };

const narrow = (visible: string[] | undefined, owner: string | undefined): string[] | undefined => {
  if (owner === undefined) return visible;
  return visible === undefined || visible.includes(owner) ? [owner] : [];
};

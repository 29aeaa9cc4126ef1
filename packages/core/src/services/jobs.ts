import { visibleOwnersAmong } from '../access/principal.ts';
import type { JobInput } from '../domain/job/job-schema.ts';
import { patchJob } from '../domain/job/parse-job.ts';
import type { JobActivity } from '../ports/store.ts';
import type { Jobs } from './api.ts';
import { applyJobs } from './apply-jobs.ts';
import { checkJob } from './check/check-job.ts';
import { afterChecks, refuseUnready } from './check/refuse-unready.ts';
import { checkSpec } from './check-spec.ts';
import { cloneJob } from './clone/clone-job.ts';
import { firstCursor } from './cursors.ts';
import { diffJobs } from './diff-jobs.ts';
import { isId, jobFor, mayDo, mayOwn } from './guard.ts';
import { jobHint } from './job-hint.ts';
import { viewOf, viewOfWritten, viewsOf } from './job-view.ts';
import { jobsNamed } from './jobs-named.ts';
import { keepsItsOwner } from './keeps-its-owner.ts';
import { nothingMoreOfOwner } from './narrowed-to-a-job.ts';
import { pageQuery } from './page-query.ts';
import { previewSchedule } from './preview.ts';
import { type JobServices, jobContext, readJob } from './read-job.ts';
import { isSameJson } from './same-json.ts';
import { startJob } from './start-job.ts';
import { stopRunsOf } from './stop-runs.ts';
import { changedMeanwhile, insertJob, removeJob, replaceJob } from './write-job.ts';

const none: ReadonlyMap<string, JobActivity> = new Map();

export const createJobs = (services: JobServices): Jobs => {
  const { context, principal } = services;
  const { store } = context;
  return {
    async create(input, { check = false } = {}) {
      mayDo(principal, 'job.write');
      const spec = readJob(services, input);
      const writer = check ? await afterChecks(services, [() => refuseUnready(services, { spec })]) : services;
      mayOwn(writer.principal, 'job.write', spec.owner);
      const job = await insertJob(writer, spec, { applied: false });
      return viewOfWritten(context, job, { nextFireAt: firstCursor(job, job.createdAt)?.nextFireAt ?? null });
    },

    async get(id) {
      // Asked for together: of a job that is not there, or not theirs, there is none to tell.
      const [job, activity] = await Promise.all([
        jobFor(context, principal, 'job.read', id),
        isId(id) ? store.activity([id]) : none,
      ]);
      const [view, hint] = await Promise.all([viewOf(context, job, activity), jobHint(context, job)]);
      return { ...view, hint };
    },

    async list({ owner, name, named, tags, ...paging } = {}) {
      mayDo(principal, 'job.read');
      const owners = visibleOwnersAmong(principal, owner);
      if (named !== undefined) return { items: await viewsOf(context, await jobsNamed(context, named, owners)) };
      const page = await store.jobs({
        ...pageQuery(paging, false),
        ...(owners && { owners }),
        ...(name !== undefined && { name }),
        ...(tags && { tags }),
      });
      return { ...page, items: await viewsOf(context, page.items) };
    },

    async update(id, patch, { check = false, revision } = {}) {
      const job = await jobFor(context, principal, 'job.write', id);
      if (revision !== undefined && revision !== job.revision) throw changedMeanwhile(job);
      const spec = patchJob(job.spec, patch, jobContext(services));
      keepsItsOwner(job, spec);
      nothingMoreOfOwner(principal, job.spec, spec);
      checkSpec(context, spec);
      // Nothing was done that the audit trail could tell of.
      if (isSameJson(spec, job.spec)) return viewOf(context, job);
      if (!check) return viewOf(context, await replaceJob(services, job, { change: { spec }, deed: 'updated' }));
      const writer = await afterChecks(services, [() => refuseUnready(services, { job: { ...job, spec } })]);
      await jobFor(context, writer.principal, 'job.write', id);
      nothingMoreOfOwner(writer.principal, job.spec, spec);
      return viewOf(context, await replaceJob(writer, job, { change: { spec }, deed: 'updated' }));
    },

    async remove(id, { allowActive = false } = {}) {
      const job = await jobFor(context, principal, 'job.write', id);
      await removeJob(services, job, { allowActive });
    },

    apply: (input, options = {}) => applyJobs(services, Array.isArray(input) ? input : [input as JobInput], options),

    diff: (input, options = {}) => diffJobs(services, Array.isArray(input) ? input : [input as JobInput], options),

    start: (id, options = {}) => startJob(context, principal, id, options),

    restart: (id, options = {}) => startJob(context, principal, id, { ...options, concurrencyPolicy: 'Replace' }),

    async stop(id) {
      const job = await jobFor(context, principal, 'run.stop', id);
      const active = await stopRunsOf(context, principal, job);
      return viewOfWritten(context, job, { nextFireAt: null, activity: { active, stopping: active } });
    },

    async pause(id, { note } = {}) {
      const job = await jobFor(context, principal, 'job.write', id);
      const pause = { at: context.clock.now(), by: principal.id, note: note ?? null };
      return viewOf(context, await replaceJob(services, job, { change: { pause }, deed: 'paused', note }));
    },

    async resume(id, { note } = {}) {
      const job = await jobFor(context, principal, 'job.write', id);
      return viewOf(context, await replaceJob(services, job, { change: { pause: null }, deed: 'resumed', note }));
    },

    async check(which, { signal } = {}) {
      if (typeof which === 'string')
        return checkJob(services, { job: await jobFor(context, principal, 'job.read', which) }, signal);
      mayDo(principal, 'job.write');
      return checkJob(services, { input: which }, signal);
    },

    clone: (id, options = {}) => cloneJob(services, id, options),

    async preview(which, n = 5) {
      if (typeof which !== 'string') mayDo(principal, 'job.read');
      if (typeof which !== 'string') return previewSchedule(which, { now: context.clock.now(), n });
      const job = await jobFor(context, principal, 'job.read', which);
      const cursor = await store.cursor(job.id);
      return previewSchedule(job, { now: context.clock.now(), n, ...(cursor && { anchorAt: cursor.anchorAt }) });
    },

    async occurrences(id, { from = 0, to = Number.MAX_SAFE_INTEGER, limit = 1000, descending = false } = {}) {
      const job = await jobFor(context, principal, 'job.read', id);
      return store.occurrences({ jobId: job.id, from, to, limit: pageQuery({ limit }, false).limit, descending });
    },
  };
};

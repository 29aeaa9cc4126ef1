import type { Principal } from '../access/principal.ts';
import { RunyardError } from '../domain/errors.ts';
import type { Job, JobSpec } from '../domain/job/job.ts';
import { endsOnlyItsAttempt } from '../domain/run/stop.ts';
import { stopRequests } from '../engine/carry-out.ts';
import type { EngineContext } from '../engine/context.ts';
import { noteStop } from '../engine/stop-run.ts';
import type { RunyardEvents } from '../ports/events.ts';
import type { Change } from '../ports/store.ts';
import { auditChange } from './audit/audit-change.ts';
import { type JobDeed, jobDeed } from './audit/job-deed.ts';
import { firstCursor, scheduleEdit } from './cursors.ts';
import { ownerGone } from './documents/owner-gone.ts';
import { ownerThere } from './documents/owner-there.ts';

/** For whom jobs are written. */
export interface JobWriter {
  context: EngineContext;
  principal: Principal;
}

/** Makes a job, while its owner is there. Throws `name-in-use`, `group-not-found`, `user-not-found`. */
export const insertJob = async (
  { context, principal }: JobWriter,
  spec: JobSpec,
  { applied, cloned }: { applied: boolean; cloned?: { id: string; name: string } },
): Promise<Job> => {
  const now = context.clock.now();
  const job: Job = {
    id: context.entropy.id(),
    revision: 1,
    spec,
    applied,
    pause: null,
    createdAt: now,
    updatedAt: now,
  };
  const owner = await ownerThere(context, principal, spec.owner);
  const insert: Change = { kind: 'job.insert', job, cursor: firstCursor(job, now) };
  const deed = jobDeed(applied ? 'applied' : 'created', { before: null, after: job, ...(cloned && { cloned }) });
  const [result] = await context.store.commit([[...owner, insert, auditChange(context, principal, deed)]]);
  if (!result?.ok)
    throw result && result.change < owner.length ? ownerGone(spec.owner) : await nameInUse(context, spec);
  changed(context, job, { change: 'created' });
  return job;
};

export interface JobEdit {
  change: Partial<Pick<Job, 'spec' | 'pause' | 'applied'>>;
  deed: Exclude<JobDeed, 'created' | 'removed'>;
  /** What the person who paused or resumed it said. */
  note?: string | undefined;
}

/** How often an edit is made anew when the schedule fires under it. */
const tries = 20;

/** Writes an edit, a pause or a resume; the owner stays. Never fires past instants; `@every` keeps its anchor. */
export const replaceJob = async (
  { context, principal }: JobWriter,
  job: Job,
  { change, deed, note }: JobEdit,
): Promise<Job> => {
  const news: JobNews = { change: deed === 'applied' ? 'updated' : deed, ...(note !== undefined && { note }) };
  for (let attempt = 1; attempt <= tries; attempt++) {
    const now = context.clock.now();
    const current = await context.store.cursor(job.id);
    const next: Job = { ...job, ...change, revision: job.revision + 1, updatedAt: now };
    const { changes, cursor } = await scheduleEdit(context, { before: job, after: next, current, now });
    const update: Change = {
      kind: 'job.update',
      job: next,
      expectRevision: job.revision,
      ...(cursor !== undefined && { cursor }),
    };
    const audit = auditChange(context, principal, jobDeed(deed, { before: job, after: next, note }));
    const [result] = await context.store.commit([[...changes, update, audit]]);
    if (result?.ok) {
      changed(context, next, news);
      return next;
    }
    if (result?.change === changes.length) break;
  }
  const spec = change.spec ?? job.spec;
  const other = await context.store.jobByName(spec.owner, spec.name);
  if (other && other.id !== job.id) throw await nameInUse(context, spec);
  throw changedMeanwhile(job);
};

/** Somebody else was faster. */
export const changedMeanwhile = ({ id, spec }: Job): RunyardError =>
  new RunyardError(
    'edit-conflict',
    `The job '${spec.name}' was changed by somebody else meanwhile. Read it and try again.`,
    { id },
  );

export const removeJob = async (
  { context, principal }: JobWriter,
  job: Job,
  { allowActive }: { allowActive: boolean },
): Promise<void> => {
  const by = principal.id;
  for (let attempt = 1; attempt <= tries; attempt++) {
    const now = context.clock.now();
    const [active, current] = await Promise.all([context.store.active([job.id]), context.store.cursor(job.id)]);
    if (active[0] && !allowActive) throw jobActive(job, active[0].id);
    const after = { ...job, spec: { ...job.spec, schedule: null } };
    const { changes } = await scheduleEdit(context, { before: job, after, current, now });
    const stops = active.filter(({ stop }) => stop === null || endsOnlyItsAttempt(stop)).map(({ id }) => id);
    const whileActive = active.map(({ id }) => id);
    // In one transaction: no run of a removed job is left that nobody has asked to stop.
    const remove: Change = { kind: 'job.remove', id: job.id, at: now, whileActive };
    const audit = auditChange(context, principal, jobDeed('removed', { before: null, after: job }));
    const asked = [...changes, ...stopRequests(stops, 'job-removed', by, now), remove];
    const [result] = await context.store.commit([[...asked, audit]]);
    if (result?.ok) {
      for (const id of stops) noteStop(context, id, { cause: 'job-removed', by, at: now });
      return changed(context, job, { change: 'removed' });
    }
    if (!(await context.store.job(job.id)))
      throw new RunyardError('job-not-found', `The job '${job.spec.name}' was removed by somebody else meanwhile.`);
  }
  throw new RunyardError(
    'edit-conflict',
    `The runs of '${job.spec.name}' kept changing while it was removed. Try again.`,
    {
      id: job.id,
    },
  );
};

const jobActive = ({ spec }: Job, id: string): RunyardError =>
  new RunyardError('job-active', `The job '${spec.name}' has active runs. Cancel them first, or allow it.`, { id });

const nameInUse = async ({ store }: EngineContext, { owner, name }: JobSpec): Promise<RunyardError> => {
  const other = await store.jobByName(owner, name);
  return new RunyardError(
    'name-in-use',
    `${owner} has a job named '${name}' already${other ? ` (${other.id})` : ''}. Choose another name.`,
    {
      field: 'name',
      received: name,
      ...(other && { id: other.id }),
    },
  );
};

/** What `job.changed` tells besides the job. */
export type JobNews = Pick<RunyardEvents['job.changed'], 'change' | 'note'>;

const changed = (context: EngineContext, job: Job, news: JobNews): void => {
  context.logger.info({ jobId: job.id, instance: context.instance, ...news }, `job ${news.change}`);
  context.emit('job.changed', { at: context.clock.now(), job, ...news });
  context.wake();
};

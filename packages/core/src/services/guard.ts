import { type Action, authorize, missingRight } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import { RunyardError } from '../domain/errors.ts';
import type { Job } from '../domain/job/job.ts';
import type { Run } from '../domain/run/run.ts';
import type { EngineContext } from '../engine/context.ts';

/** Throws `forbidden` where the principal may not do this with things of its own, or with nobody's. */
export const mayDo = (principal: Principal, action: Action): void => {
  if (authorize(principal, action, null) !== 'allow') throw denied(action);
};

/** The job, for somebody who may do this with it. One that is not theirs is answered like one that is not there. */
export const jobFor = async (
  context: EngineContext,
  principal: Principal,
  action: Action,
  id: string,
): Promise<Job> => {
  const job = isId(id) ? await context.store.job(id) : null;
  const answer = job ? authorize(principal, action, { owner: job.spec.owner, job: job.id }) : 'hide';
  if (!job || answer === 'hide')
    throw new RunyardError('job-not-found', `There is no job '${id}', or you may not see it.`);
  if (answer === 'deny') throw denied(action);
  return job;
};

/** The run and its job, likewise. The job may have been removed since. */
export const runFor = async (
  context: EngineContext,
  principal: Principal,
  action: Action,
  id: string,
): Promise<{ run: Run; job: Job }> => {
  const run = isId(id) ? await context.store.run(id) : null;
  const job = run ? await context.store.jobAt(run.jobId, run.revision) : null;
  const answer = job ? authorize(principal, action, { owner: job.spec.owner, job: job.id }) : 'hide';
  if (!run || !job || answer === 'hide')
    throw new RunyardError('run-not-found', `There is no run '${id}', or you may not see it.`);
  if (answer === 'deny') throw denied(action);
  return { run, job };
};

/** Throws where the principal may not give things to that owner. */
export const mayOwn = (principal: Principal, action: Action, owner: string): void => {
  const answer = authorize(principal, action, { owner });
  if (answer === 'deny') throw denied(action);
  if (answer === 'hide')
    throw new RunyardError('forbidden', `You may not make anything that belongs to ${owner}.`, {
      field: 'owner',
      received: owner,
    });
};

export const isId = (id: unknown): id is string => typeof id === 'string' && /^[0-9a-f]{32}$/.test(id);

const denied = (action: Action): RunyardError =>
  new RunyardError('forbidden', `You may not do this (${action}): ${missingRight(action)}.`);

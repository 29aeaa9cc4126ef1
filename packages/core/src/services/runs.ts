import { type Principal, visibleOwners } from '../access/principal.ts';
import { startHint } from '../domain/run/start-hint.ts';
import type { EngineContext } from '../engine/context.ts';
import type { Runs } from './api.ts';
import { jobFor, mayDo, runFor } from './guard.ts';
import { pageQuery } from './page-query.ts';
import { readRunLogs } from './run-logs.ts';
import { askToStop } from './stop-runs.ts';
import { type RunWatch, waitForEnd } from './wait-for-end.ts';

export const createRuns = (context: EngineContext, principal: Principal, watch: RunWatch): Runs => ({
  async get(id) {
    const { run, job } = await runFor(context, principal, 'run.read', id);
    const attempts = await context.store.attempts(run.id);
    const hasImages = context.executors.get(run.executor)?.images !== undefined;
    const hint = run.state === 'succeeded' ? startHint(job.spec, attempts.at(-1), hasImages) : null;
    return { ...run, jobName: job.spec.name, attempts, hint };
  },

  async list({ jobId, states, ...paging } = {}) {
    if (jobId === undefined) mayDo(principal, 'run.read');
    else await jobFor(context, principal, 'run.read', jobId);
    const owners = visibleOwners(principal);
    return context.store.runs({
      ...pageQuery(paging, true),
      ...(jobId !== undefined && { jobId }),
      ...(states && { states }),
      ...(owners && { owners }),
    });
  },

  async cancel(id) {
    return askToStop(context, principal, { id, cause: 'cancelled-by-user', deed: 'cancelled' });
  },

  async abandon(id) {
    return askToStop(context, principal, { id, cause: 'abandoned', deed: 'abandoned' });
  },

  logs(id, options = {}) {
    return readRunLogs(context, () => runFor(context, principal, 'run.read', id), options, watch);
  },

  async wait(id, { signal } = {}) {
    const { run } = await runFor(context, principal, 'run.read', id);
    return waitForEnd(context, run, watch, signal);
  },
});

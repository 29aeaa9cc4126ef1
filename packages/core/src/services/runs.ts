import { type Principal, visibleOwners } from '../access/principal.ts';
import { RunyardError } from '../domain/errors.ts';
import { isTerminal } from '../domain/run/run.ts';
import { startHint } from '../domain/run/start-hint.ts';
import type { EngineContext } from '../engine/context.ts';
import { requestStop } from '../engine/stop-run.ts';
import type { Runs } from './api.ts';
import { jobFor, mayDo, runFor } from './guard.ts';
import { pageQuery } from './page-query.ts';
import { readRunLogs } from './run-logs.ts';
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
    mayDo(principal, 'run.read');
    if (jobId !== undefined) await jobFor(context, principal, 'run.read', jobId);
    const owners = visibleOwners(principal);
    return context.store.runs({
      ...pageQuery(paging, true),
      ...(jobId !== undefined && { jobId }),
      ...(states && { states }),
      ...(owners && { owners }),
    });
  },

  async cancel(id) {
    const { run } = await runFor(context, principal, 'run.stop', id);
    if (isTerminal(run.state)) throw ended(id, run.state);
    await requestStop(context, id, { cause: 'cancelled-by-user', by: principal.id });
    return (await context.store.run(id)) ?? run;
  },

  async abandon(id) {
    const { run } = await runFor(context, principal, 'run.stop', id);
    if (isTerminal(run.state)) throw ended(id, run.state);
    await requestStop(context, id, { cause: 'abandoned', by: principal.id });
    return (await context.store.run(id)) ?? run;
  },

  logs(id, options = {}) {
    return readRunLogs(context, () => runFor(context, principal, 'run.read', id), options, watch);
  },

  async wait(id, { signal } = {}) {
    const { run } = await runFor(context, principal, 'run.read', id);
    return waitForEnd(context, run, watch, signal);
  },
});

const ended = (id: string, state: string): RunyardError =>
  new RunyardError('run-ended', `Run ${id} has ended already: ${state}.`, { id });

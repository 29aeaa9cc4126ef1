import type { Principal } from '../access/principal.ts';
import { RunyardError } from '../domain/errors.ts';
import type { Job } from '../domain/job/job.ts';
import { isTerminal, type Run, type StopCause } from '../domain/run/run.ts';
import type { EngineContext } from '../engine/context.ts';
import { requestStop } from '../engine/stop-run.ts';
import { auditChange } from './audit/audit-change.ts';
import { runFor } from './guard.ts';

/** Asks one run to stop, for somebody who may. Throws `run-ended`. */
export const askToStop = async (
  context: EngineContext,
  principal: Principal,
  { id, cause, deed }: { id: string; cause: StopCause; deed: Deed },
): Promise<Run> => {
  const { run, job } = await runFor(context, principal, 'run.stop', id);
  if (isTerminal(run.state)) throw ended(id, run.state);
  await request(context, principal, { id, job, cause, deed });
  return (await context.store.run(id)) ?? run;
};

/** Asks all active runs of a job to stop, for somebody who may; gives how many there are. */
export const stopRunsOf = async (context: EngineContext, principal: Principal, job: Job): Promise<number> => {
  const active = await context.store.active([job.id]);
  const ask = ({ id }: { id: string }) =>
    request(context, principal, { id, job, cause: 'cancelled-by-user', deed: 'cancelled' });
  await Promise.all(active.map(ask));
  return active.length;
};

type Deed = 'cancelled' | 'abandoned';

// Who asks what was asked before is in the trail no second time: nothing came of it.
const request = async (
  context: EngineContext,
  principal: Principal,
  { id, job, cause, deed }: { id: string; job: Job; cause: StopCause; deed: Deed },
): Promise<void> => {
  const { name, owner } = job.spec;
  const subject = { kind: 'run', id, name };
  const audit = auditChange(context, principal, { action: `run.${deed}`, subject, owner, details: { job: job.id } });
  await requestStop(context, id, { cause, by: principal.id, with: [audit] });
};

const ended = (id: string, state: string): RunyardError =>
  new RunyardError('run-ended', `Run ${id} has ended already: ${state}.`, { id });

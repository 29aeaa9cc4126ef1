import type { Snapshot } from '../domain/decision.ts';
import type { Job } from '../domain/job/job.ts';
import { plan } from '../domain/plan.ts';
import type { Run } from '../domain/run/run.ts';
import { type Carried, carryOut } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { hasLease } from './has-lease.ts';
import { hasShares } from './place-of.ts';

/**
 * Admits a run that is about to be made, so that both are one write. Null: it stands in the queue as all do, because a launch
 * takes its time at this executor, or something has to be looked at, or somebody came before, or `plan` says so.
 */
export const admitAtOnce = (context: EngineContext, run: Run, job: Job): Carried | null => {
  const { backlog, executors, wallClock, places, sizes, launches, settings } = context;
  if (!hasLease(context) || !executors.get(run.executor)?.reserve || run.concurrencyPolicy !== 'Allow') return null;
  if (backlog.has(run.executor) || hasShares(context, run.executor) || !wallClock.trusted()) return null;
  const alone: Snapshot = {
    queued: [{ run, job }],
    overdue: [],
    stopped: [],
    active: new Map(),
    places: places.served,
    silent: places.silent,
    shares: new Map(),
    sizes,
    turnAfterMs: settings.turnAfterMs,
    room: launches.room,
  };
  const [decision] = plan(alone, run.createdAt);
  return decision?.kind === 'admit' ? carryOut(context, decision, run.createdAt) : null;
};

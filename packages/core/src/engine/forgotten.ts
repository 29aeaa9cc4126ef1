import type { LeasedRun } from '../ports/store.ts';
import { attend } from './attend.ts';
import type { EngineContext } from './context.ts';
import { diedWithItsProcess } from './place-of.ts';
import { lostWithItsProcess } from './recover.ts';

/**
 * Takes up runs that are leased to us and that nobody here looks after: a commit that admits or adopts was written, and its
 * answer was lost. Only called while neither is under way.
 */
export const attendForgotten = async (context: EngineContext): Promise<void> => {
  if (!context.lease.uncertain) return;
  const leased = await context.store.leasedTo(context.instance);
  for (const one of leased) await takeUp(context, one);
  context.lease.uncertain = false;
};

const takeUp = async (context: EngineContext, { run: { id }, attempt }: LeasedRun): Promise<void> => {
  const { holdings, store, instance } = context;
  if (!attempt || isCaredFor(context, id)) return;
  // It may have ended since it was read.
  const run = await store.run(id);
  const job = run && (await store.jobAt(run.jobId, run.revision));
  if (!run || !job || run.leaseInstance !== instance || run.attempt !== attempt.attempt) return;
  if (isCaredFor(context, id) || holdings.closing.signal.aborted) return;
  const lost = diedWithItsProcess(context, attempt);
  attend(context, { run, attempt, job, ...(lost && { outcome: lostWithItsProcess }) });
};

const isCaredFor = ({ holdings }: EngineContext, id: string): boolean =>
  holdings.runs.has(id) || holdings.adopting.has(id);

import { confirmMs } from '../domain/clock-step.ts';
import type { Decision, DueJob } from '../domain/decision.ts';
import { plan, planDue } from '../domain/plan.ts';
import type { Attempt } from '../domain/run/run.ts';
import { act } from './act.ts';
import { type Carried, carryOut } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { maxDue, readAhead, takeDue } from './due.ts';
import { reportFault } from './fault.ts';
import { attendForgotten } from './forgotten.ts';
import { hasLease } from './has-lease.ts';
import { leftWaiting } from './left-waiting.ts';
import { addNotices } from './notices/of-tick.ts';
import { giveBack } from './reserve.ts';
import { rewind } from './rewind.ts';
import { inSlices, restingWhere } from './slices.ts';
import { maxEnded, takeSnapshot } from './snapshot.ts';

/** Bounds of one tick (DESIGN 5): what is left comes with the next, which follows at once. */
const maxFireMs = 100;
const stuckMs = 50;
/** Of 500 each: at most so many are fired between two looks at the queue. */
const batchesPerLook = 8;

/** Snapshot → plan → one transaction → act. Returns when the next tick is wanted; null: only when woken. */
export const tick = async (context: EngineContext): Promise<number | null> => {
  const { clock, store, counters } = context;
  const now = clock.now();
  counters.ticks++;
  counters.lastTickAt = clock.monotonic();
  // Others have our runs now, or are about to: nothing is begun before we are one of them again.
  if (!hasLease(context)) return now + lapsedMs;
  await attendForgotten(context);
  if (!(await mayTrustClock(context))) return now + confirmMs;
  // While whole batches are due, firing comes first: the queue is looked at only now and then.
  const looksAtQueue = isQueueTurn(context);
  const endLook = looksAtQueue ? context.backlog.look() : null;
  const [due, snapshot] = await Promise.all([takeDue(context, now), looksAtQueue ? takeSnapshot(context, now) : null]);
  const fires = await decideFires(context, due, now);
  const decisions = [...fires, ...(snapshot ? plan(snapshot, now) : [])];
  const carried: Carried[] = [];
  await inSlices(clock, decisions, (decision) => carried.push(carryOut(context, decision, now)));
  if (context.notices.any()) await addNotices(context, carried, now);
  const committing = carried.length === 0 ? [] : store.commit(carried.map(({ batch }) => batch));
  if (fires.length === due.length) readAhead(context, due, now);
  const results = await orUncertain(context, committing);

  const left = snapshot && leftWaiting(snapshot, carried, results);
  if (left) endLook?.(left.executors);

  // What was left, what fired (its runs are queued now), and what somebody else was faster with.
  let again =
    fires.length > 0 ||
    due.length === maxDue ||
    !snapshot ||
    snapshot.overdue.length === maxEnded ||
    left?.more === true;
  await inSlices(clock, carried, (one, i) => {
    const done = results[i]?.ok ?? false;
    if (done) {
      act(context, one, now);
      context.notices.committed(one.batch);
    } else {
      again = true;
      if (one.attempt) refused(context, one.attempt);
    }
    if (one.decision.kind === 'fire') doubt(context, one.decision.job.id, !done);
  });
  // What cannot be carried out at all must not be tried without a pause.
  const stuck = carried.length > 0 && results.every((result) => !result.ok);
  if (stuck) return now + stuckMs;
  return again ? now : store.nextWakeAt(now);
};

/** How often an instance whose lease has lapsed looks whether it has one again. */
const lapsedMs = 500;

const isQueueTurn = ({ dueAhead }: EngineContext): boolean => {
  dueAhead.inRow = dueAhead.reading === null ? 0 : dueAhead.inRow + 1;
  return dueAhead.inRow % batchesPerLook === 0;
};

// It may have met itself, written after all: then the run is ours, and needs what was reserved for it. Else another was faster.
const refused = (context: EngineContext, attempt: Attempt): void => {
  if (context.storeIsUnsure()) context.lease.uncertain = true;
  else giveBack(context, attempt);
};

// Where we cannot know whether it was written, runs may have become ours.
const orUncertain = async <T>({ lease }: EngineContext, committing: T | Promise<T>): Promise<T> => {
  try {
    return await committing;
  } catch (error) {
    lease.uncertain = true;
    throw error;
  }
};

// A step of the wall clock is not downtime: nothing fires on it before a second reading says the same (DESIGN 3).
const mayTrustClock = async (context: EngineContext): Promise<boolean> => {
  const { wallClock, holdings, rewinding } = context;
  const trusted = wallClock.trusted();
  const stepMs = wallClock.takeStep();
  if (stepMs !== null) {
    const way = stepMs < 0 ? 'back' : 'forward';
    reportFault(context, null, `The wall clock was set ${way} by ${Math.round(Math.abs(stepMs) / 1000)} s.`);
    if (stepMs < 0) rewinding.wanted = true;
  }
  if (trusted && rewinding.wanted) {
    await rewind(context, holdings.closing.signal);
    rewinding.wanted = false;
  }
  return trusted;
};

// Another instance was faster, or the clock was set back and these instants have their rows already.
const doubt = ({ doubted }: EngineContext, jobId: string, failed: boolean): void => {
  if (failed) doubted.add(jobId);
  else doubted.delete(jobId);
};

// After a long downtime there may be more to walk through than one tick should take.
const decideFires = async ({ clock }: EngineContext, due: readonly DueJob[], now: number): Promise<Decision[]> => {
  const until = clock.monotonic() + maxFireMs;
  const fires: Decision[] = [];
  for (const one of due) {
    if (fires.length > 0 && clock.monotonic() > until) break;
    fires.push(await restingWhere(clock, planDue(one, now)));
  }
  return fires;
};

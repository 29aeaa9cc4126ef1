import { confirmMs } from '../domain/clock-step.ts';
import type { Decision, DueJob, Share, Snapshot } from '../domain/decision.ts';
import type { Job, ScheduleCursor } from '../domain/job/job.ts';
import { plan, planDue } from '../domain/plan.ts';
import type { Occurrence, Run } from '../domain/run/run.ts';
import { unheard } from '../domain/run/stop.ts';
import type { ActiveRun, QueuedRun } from '../ports/store.ts';
import { announceRun } from './announce.ts';
import { attend } from './attend.ts';
import { type Carried, carryOut } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { rewind } from './rewind.ts';
import { type JobSchedule, scheduleOf } from './schedule-of.ts';
import { inSlices, restingWhere } from './slices.ts';
import { noteStop } from './stop-run.ts';

/** Bounds of one tick (DESIGN 5): what is left comes with the next, which follows at once. */
const maxDue = 500;
const maxEnded = 500;
const maxFireMs = 100;
const stuckMs = 50;

/** Snapshot → plan → one transaction → act. Returns when the next tick is wanted; null: only when woken. */
export const tick = async (context: EngineContext): Promise<number | null> => {
  const { clock, store, counters } = context;
  const now = clock.now();
  counters.ticks++;
  counters.lastTickAt = clock.monotonic();
  if (!(await mayTrustClock(context))) return now + confirmMs;
  const [due, snapshot] = await Promise.all([readDue(context, now), takeSnapshot(context, now)]);
  const fires = await decideFires(context, due, now);
  const decisions = [...fires, ...plan(snapshot, now)];
  const carried: Carried[] = [];
  await inSlices(clock, decisions, (decision) => carried.push(carryOut(context, decision, now)));
  const results = carried.length === 0 ? [] : await store.commit(carried.map(({ batch }) => batch));

  // What was left, what fired (its runs are queued now), and what somebody else was faster with.
  let again = fires.length > 0 || due.length === maxDue || snapshot.overdue.length === maxEnded;
  await inSlices(clock, carried, (one, i) => {
    const done = results[i]?.ok ?? false;
    if (done) act(context, one, now);
    else again = true;
    if (one.decision.kind === 'fire') doubt(context, one.decision.job.id, !done);
  });
  // What cannot be carried out at all must not be tried without a pause.
  const stuck = carried.length > 0 && results.every((result) => !result.ok);
  if (stuck) return now + stuckMs;
  return again ? now : store.nextWakeAt(now);
};

// A step of the wall clock is not downtime: nothing fires on it before a second reading says the same (DESIGN 3).
const mayTrustClock = async (context: EngineContext): Promise<boolean> => {
  const { wallClock, holdings } = context;
  const trusted = wallClock.trusted();
  const stepMs = wallClock.takeStep();
  if (stepMs !== null) {
    const way = stepMs < 0 ? 'back' : 'forward';
    reportFault(context, null, `The wall clock was set ${way} by ${Math.round(Math.abs(stepMs) / 1000)} s.`);
    if (stepMs < 0) await rewind(context, holdings.closing.signal);
  }
  return trusted;
};

// Another instance was faster, or the clock was set back and these instants have their rows already.
const doubt = ({ doubted }: EngineContext, jobId: string, failed: boolean): void => {
  if (failed) doubted.add(jobId);
  else doubted.delete(jobId);
};

const readDue = async (context: EngineContext, now: number): Promise<DueJob[]> => {
  const due = await context.store.due(now, maxDue);
  const active = await activeByJob(
    context,
    due.map(({ job }) => job).filter(({ spec }) => spec.concurrencyPolicy !== 'Allow'),
  );
  const readable: DueJob[] = [];
  for (const { job, cursor } of due) {
    const schedule = await scheduleOrNull(context, job, cursor);
    if (!schedule) continue;
    const first = cursor.nextFireAt ?? now;
    const recorded = context.doubted.has(job.id)
      ? await readRecorded(context, { jobId: job.id, from: first, to: now })
      : [];
    readable.push({ job, first, ...schedule, active: active.get(job.id) ?? [], recorded });
  }
  return readable;
};

const readRecorded = (
  { store }: EngineContext,
  range: { jobId: string; from: number; to: number },
): Promise<Occurrence[]> => store.occurrences({ ...range, limit: 10_000 });

// One that was saved by another version, or whose zone this Node does not know any more, must not stop all others. It is
// taken off the schedule, loudly, until somebody edits it.
const scheduleOrNull = async (
  context: EngineContext,
  job: Job,
  { anchorAt, nextFireAt }: ScheduleCursor,
): Promise<JobSchedule | null> => {
  try {
    return scheduleOf(job, anchorAt);
  } catch (error) {
    reportFault(
      context,
      error,
      `The schedule of job '${job.spec.name}' (${job.id}) cannot be read; it does not fire until it is edited.`,
    );
    if (nextFireAt !== null)
      await context.store.commit([[{ kind: 'cursor.move', jobId: job.id, expect: nextFireAt, next: null }]]);
    return null;
  }
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

const takeSnapshot = async (context: EngineContext, now: number): Promise<Snapshot> => {
  const { store, launches, places } = context;
  const [queued, overdue, stopped] = await Promise.all([
    readStartable(context, now),
    store.overdue(now, maxEnded),
    readStopRequests(context),
  ]);
  const active = await activeByJob(
    context,
    queued.filter(({ run }) => run.concurrencyPolicy !== 'Allow').map(({ job }) => job),
  );
  const { served, silent } = places;
  const shares = await readShares(context, queued);
  return {
    queued,
    overdue,
    stopped,
    active,
    places: served,
    silent,
    shares,
    sizes: context.sizes,
    room: launches.room,
  };
};

const readShares = async (
  { store, places }: EngineContext,
  queued: readonly QueuedRun[],
): Promise<Map<string, Share>> => {
  const wanted = new Set(queued.map(({ run }) => places.served.get(run.executor)));
  const shares = new Map<string, Share>();
  for (const [place, { cpu, memoryBytes }] of places.capacities)
    if (wanted.has(place)) shares.set(place, { all: { cpu, memoryBytes }, taken: await store.taken(place) });
  return shares;
};

// No more of an executor's queue than it takes now; of one that does not answer too, since its runs say what they wait for.
const readStartable = async ({ store, launches, executors }: EngineContext, now: number): Promise<QueuedRun[]> => {
  const reads = [...executors.keys()].map((executor) => {
    const limit = launches.room(executor);
    return limit === 0 ? [] : store.startable({ executor, now, limit });
  });
  return (await Promise.all(reads)).flat();
};

// Requests may have been written by another instance, or between a run's admission and our holding it. Gives the runs
// that were asked to stop while they are queued.
const readStopRequests = async (context: EngineContext): Promise<Run[]> => {
  const stopped: Run[] = [];
  for (const { id, stop } of await context.store.stopRequests(context.instance)) {
    const held = context.holdings.runs.get(id);
    const news = held ? unheard(held.run.stop, stop) : null;
    if (news) noteStop(context, id, news);
    const run = held ? null : await context.store.run(id);
    // Read after the request: a timeout may be over by then, with the attempt that it was for.
    if (run?.state === 'queued' && run.stop !== null) stopped.push(run);
  }
  return stopped;
};

const activeByJob = async ({ store }: EngineContext, jobs: readonly Job[]): Promise<Map<string, ActiveRun[]>> => {
  const active = new Map<string, ActiveRun[]>();
  if (jobs.length === 0) return active;
  for (const run of await store.active([...new Set(jobs.map(({ id }) => id))])) {
    const others = active.get(run.jobId);
    if (others) others.push(run);
    else active.set(run.jobId, [run]);
  }
  return active;
};

const act = (context: EngineContext, { decision, run, attempt, announce, occurrences }: Carried, now: number): void => {
  for (const occurrence of occurrences) context.emit('occurrence.recorded', { at: now, occurrence });
  for (const made of announce) announceRun(context, made);
  if (decision.kind === 'fire') {
    context.counters.lastLatenessMs = now - decision.first;
    for (const id of decision.replaces) noteStop(context, id, { cause: 'replaced', by: 'schedule', at: now });
  }
  if (decision.kind === 'admit' && run && attempt) attend(context, { run, attempt, job: decision.job });
};

import type { Job } from '../domain/job/job.ts';
import { type Decision, plan, type Snapshot, wakeAt } from '../domain/plan.ts';
import type { Run } from '../domain/run/run.ts';
import type { ActiveRun } from '../ports/store.ts';
import { announceRun } from './announce.ts';
import { attend } from './attend.ts';
import { type Carried, carryOut } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { scheduleOf } from './schedule-of.ts';
import { inSlices } from './slices.ts';
import { noteStop } from './stop-run.ts';

/** Bounds of one tick (DESIGN 5): what is left comes with the next, which follows at once. */
const maxDue = 500;
const maxQueued = 500;
/** As many of the queue's head are enough where none of them has to wait for something else than room. */
const head = 64;

/** Snapshot → plan → one transaction → act. Returns when the next tick is wanted; null: only when woken. */
export const tick = async (context: EngineContext): Promise<number | null> => {
  const { clock, store, counters } = context;
  const now = clock.now();
  counters.ticks++;
  counters.lastTickAt = clock.monotonic();
  const { snapshot, decisions } = await decide(context, now);
  const carried: Carried[] = [];
  await inSlices(clock, decisions, (decision) => carried.push(carryOut(context, decision, now)));
  const changes = carried.map(({ batch }) => batch);
  const results = changes.length === 0 ? [] : await store.commit(changes);

  let again = snapshot.due.length === maxDue;
  await inSlices(clock, carried, (one, i) => {
    if (results[i]?.ok) act(context, one, now);
    // Somebody else was faster, or our snapshot was old: look again.
    else again = true;
  });
  if (again || carried.some(({ decision }) => decision.kind === 'fire')) return now;
  return wakeAt(snapshot, await store.nextDueAt(), now);
};

// Reads little of the queue first, and more of it where its head is held up by something else than room.
const decide = async (context: EngineContext, now: number): Promise<{ snapshot: Snapshot; decisions: Decision[] }> => {
  const snapshot = await takeSnapshot(context, now, head);
  const decisions = plan(snapshot, now);
  const admitted = decisions.filter(({ kind }) => kind === 'admit').length;
  const room = [...snapshot.places.keys()].reduce((sum, executor) => sum + snapshot.room(executor), 0);
  if (snapshot.queued.length < head || admitted >= room) return { snapshot, decisions };
  const wider = await takeSnapshot(context, now, maxQueued);
  return { snapshot: wider, decisions: plan(wider, now) };
};

// Requests may have been written by another instance, or between a run's admission and our holding it. Gives the runs
// that were asked to stop while they are queued.
const readStopRequests = async (context: EngineContext): Promise<Run[]> => {
  const stopped: Run[] = [];
  for (const { id, stop } of await context.store.stopRequests(context.instance)) {
    const held = context.holdings.runs.get(id);
    if (held && !held.run.stop) noteStop(context, id, stop);
    const run = held ? null : await context.store.run(id);
    if (run?.state === 'queued') stopped.push(run);
  }
  return stopped;
};

const takeSnapshot = async (context: EngineContext, now: number, queuedLimit: number): Promise<Snapshot> => {
  const { store, launches } = context;
  const [due, queued, stopped] = await Promise.all([
    store.due(now, maxDue),
    store.queued(queuedLimit),
    readStopRequests(context),
  ]);
  const overlapping = [...due.map(({ job }) => job), ...queued.map(({ job }) => job)].filter(heedsOverlap);
  const active = new Map<string, ActiveRun[]>();
  for (const run of await activeRuns(store, overlapping)) {
    const others = active.get(run.jobId);
    if (others) others.push(run);
    else active.set(run.jobId, [run]);
  }
  return {
    due: due.map(({ job, cursor }) => ({
      job,
      first: cursor.nextFireAt ?? now,
      nextAfter: scheduleOf(job, cursor.anchorAt).nextAfter,
    })),
    queued,
    stopped,
    active,
    places: context.places.served,
    room: launches.room,
  };
};

const heedsOverlap = ({ spec }: Job): boolean => spec.concurrencyPolicy !== 'Allow';

const activeRuns = async (store: EngineContext['store'], jobs: readonly Job[]): Promise<ActiveRun[]> =>
  jobs.length === 0 ? [] : store.active([...new Set(jobs.map(({ id }) => id))]);

const act = (context: EngineContext, { decision, run, attempt, announce, occurrences }: Carried, now: number): void => {
  for (const occurrence of occurrences) context.emit('occurrence.recorded', { at: now, occurrence });
  for (const made of announce) announceRun(context, made);
  switch (decision.kind) {
    case 'fire':
      context.counters.lastLatenessMs = now - decision.first;
      for (const id of decision.replaces) noteStop(context, id, { cause: 'replaced', by: 'schedule', at: now });
      break;
    case 'admit':
      if (run && attempt) attend(context, { run, attempt, job: decision.job });
      break;
    case 'end':
      break;
  }
};

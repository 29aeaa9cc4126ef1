import { defaults } from '../domain/job/defaults.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import type { Run } from '../domain/run/run.ts';
import { isAbandoned } from '../domain/run/stop.ts';
import { transition } from '../domain/run/transition.ts';
import type { AdoptableQuery, LeasedRun } from '../ports/store.ts';
import { attend } from './attend.ts';
import type { EngineContext } from './context.ts';
import { unproved } from './forsake.ts';
import { track } from './holdings.ts';
import { resumeEndings } from './left-endings.ts';
import { diedWithItsProcess, isServedHere } from './place-of.ts';
import { readLeased } from './read-leased.ts';

const batchSize = 200;

/**
 * Takes over what other instances left: runs whose lease is over, and ends of attempts that were not sealed or disposed.
 * A run with a handle is waited for again, one without is prepared again with the same key. Ends early with the signal.
 */
export const recover = (context: EngineContext, signal: AbortSignal): Promise<void> => recoverAt(context, null, signal);

/** At start: whoever looked after runs at the place that we have locked is gone, whatever its lease says. */
export const recoverAtStart = (context: EngineContext, signal: AbortSignal): Promise<void> =>
  recoverAt(context, context.lockedPlace, signal);

const recoverAt = async (context: EngineContext, lockedPlace: string | null, signal: AbortSignal): Promise<void> => {
  await adoptRuns(context, lockedPlace, signal);
  track(context.holdings, resumeEndings(context, lockedPlace));
};

// A page at once, so that their commits and reads share what there is to share.
const adoptRuns = async (context: EngineContext, lockedPlace: string | null, signal: AbortSignal): Promise<void> => {
  const { store } = context;
  for (let after: string | null = null; !signal.aborted; ) {
    const leases = leasesAsOf(context);
    const query = { ...leases, instance: context.instance, lockedPlace, after, limit: batchSize };
    const found: LeasedRun[] = await store.adoptable(query);
    const given = await graceIsOver(context, query, found);
    const taken = await Promise.allSettled(found.map((one) => takeOver(context, one, given, leases.now)));
    const failed = taken.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    if (found.length < batchSize) return;
    after = found.at(-1)?.run.id ?? null;
  }
};

const takeOver = async (
  context: EngineContext,
  one: LeasedRun,
  given: ReadonlySet<string>,
  now: number,
): Promise<void> => {
  const fate = fateOf(context, one, given);
  if (fate === 'look-after') await adopt(context, one.run, null);
  else if (fate === 'lost') await adopt(context, one.run, lostWithItsProcess);
  else if (fate === 'unserved') await waitUnserved(context, one, now);
};

// What died with its process has a grace: it is stopped by its own process first.
const graceIsOver = async (
  { store, settings, executors, places }: EngineContext,
  query: AdoptableQuery,
  found: readonly LeasedRun[],
): Promise<Set<string>> => {
  if (!found.some(({ attempt }) => attempt && diedWithItsProcess({ executors, places }, attempt))) return new Set();
  const over = await store.adoptable({ ...query, now: query.now - settings.lostAfterMs });
  return new Set(over.map(({ run }) => run.id));
};

type Fate = 'look-after' | 'lost' | 'wait' | 'unserved';

const fateOf = (context: EngineContext, { run, attempt }: LeasedRun, given: ReadonlySet<string>): Fate => {
  if (!attempt) return 'wait';
  if (diedWithItsProcess(context, attempt)) return given.has(run.id) ? 'lost' : 'wait';
  // An exclusive store has no other instance that could serve the place: we wait for it, and say so.
  return context.exclusive || isServedHere(context, attempt) ? 'look-after' : 'unserved';
};

// Nobody else can have an exclusive store open: every lease of before is over. Else a lease is over when the clock says so,
// but on one that was just set, or that we do not know yet, everybody gets the time to renew first; those that were
// given back are over in any case. A lease that reaches further than any that is given now was given by another clock.
const leasesAsOf = (context: EngineContext): Pick<AdoptableQuery, 'now' | 'latest'> => {
  const { exclusive, wallClock, clock, settings } = context;
  const never = Number.MAX_SAFE_INTEGER;
  if (exclusive) return { now: never, latest: never };
  if (wallClock.steadyForMs() < settings.leaseMs) return { now: Number.MIN_SAFE_INTEGER, latest: never };
  const now = clock.now();
  const known = wallClock.steadyForMs() >= settings.leaseMs + settings.lostAfterMs;
  return { now, latest: known ? now + settings.leaseMs : never };
};

const adopt = async (context: EngineContext, { id, leaseEpoch }: Run, outcome: Outcome | null): Promise<void> => {
  const { holdings, store, instance, logger, lease } = context;
  holdings.adopting.add(id);
  try {
    const [result] = await store.commit([[{ kind: 'run.adopt', id, instance, expectEpoch: leaseEpoch }]]);
    if (!result?.ok) return;
    // As it is now that nobody else writes it any more: until then its holder may have gone on.
    const adopted = await readLeased(context, id);
    if (!adopted) return;
    const { run } = adopted;
    logger.info({ runId: id, jobId: run.jobId, attempt: run.attempt, instance }, 'run adopted');
    attend(context, { ...adopted, ...(outcome && { outcome }) });
  } catch (error) {
    lease.uncertain = true;
    context.wake();
    throw error;
  } finally {
    holdings.adopting.delete(id);
  }
};

export const lostWithItsProcess = {
  class: 'lost',
  sentence: 'The process that it ran in is gone, and it with it.',
} as const;

// Nobody serves its place: it stays active and says so, until it is abandoned or its job has waited long enough.
const waitUnserved = async (context: EngineContext, { run, expiresAt }: LeasedRun, now: number): Promise<void> => {
  if (isAbandoned(run.stop)) return adopt(context, run, unproved(run));
  if (run.silentSince === null) {
    // A deploy is no silence: the next process of that host is about to come.
    const isDeploy = expiresAt !== null && expiresAt + context.settings.leaseMs > now;
    return isDeploy ? undefined : noteUnserved(context, run, expiresAt ?? context.clock.now());
  }
  const job = await context.store.jobAt(run.jobId, run.revision);
  const { rule, afterMs } = job?.spec.onPlaceLost ?? defaults.onPlaceLost;
  if (rule === 'assume-gone' && afterMs !== null && run.silentSince + afterMs <= now)
    await adopt(context, run, unproved(run));
};

// Taken and given back in one write: the lease stays with whoever is gone, so that who serves the place adopts it at once. Its
// epoch is raised all the same, so that a holder that wakes up reads it again before it writes.
const noteUnserved = async ({ store }: EngineContext, run: Run, since: number): Promise<void> => {
  const told = transition(run, { kind: 'silence', sentence: unserved, at: since });
  if (told === null) return;
  const write = {
    run: { ...told, leaseEpoch: run.leaseEpoch + 1 },
    expectEpoch: run.leaseEpoch,
    expectState: run.state,
  };
  await store.commit([[{ kind: 'run.write', ...write }]]);
};

const unserved =
  'The instance that looked after it is gone, and no other serves its place: it goes on when one does. Start that host again, or abandon the run.';

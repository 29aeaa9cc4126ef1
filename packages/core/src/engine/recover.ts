import type { Run } from '../domain/run/run.ts';
import type { LeasedRun } from '../ports/store.ts';
import { attend } from './attend.ts';
import { keyOf } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { track } from './holdings.ts';
import { diedWithItsProcess, isServedHere } from './place-of.ts';
import { readLeased } from './read-leased.ts';
import { resumeEnding } from './resume-ending.ts';

const batchSize = 200;
/** How long after the end of its lease an attempt of a dead process is given up (DESIGN 3). */
const mortalGraceMs = 30_000;

/**
 * Takes over what other instances left: runs whose lease is over, and ends of attempts that were not sealed or disposed.
 * A run with a handle is waited for again, one without is prepared again with the same key.
 */
export const recover = async (context: EngineContext): Promise<void> => {
  await adoptRuns(context);
  track(
    context.holdings,
    resumeEndings(context).catch((error: unknown) => {
      if (!context.holdings.closing.signal.aborted)
        reportFault(context, error, 'Ends of attempts could not be read; they are resumed at the next start.');
    }),
  );
};

// Each by itself, so many at once: one that cannot be ended now holds up no other.
const resumeEndings = async (context: EngineContext): Promise<void> => {
  const { store, holdings } = context;
  const seen = new Set<string>();
  for (;;) {
    const found = (await store.unfinished(seen.size + batchSize)).filter((attempt) => !seen.has(keyOf(attempt)));
    if (found.length === 0) return;
    for (const attempt of found) {
      const key = keyOf(attempt);
      seen.add(key);
      if (holdings.ending.has(key) || !(isServedHere(context, attempt) || diedWithItsProcess(context, attempt)))
        continue;
      holdings.ending.add(key);
      track(
        holdings,
        context.endings
          .add(() => resumeEnding(context, attempt))
          .catch((error: unknown) => notResumed(context, key, error)),
      );
    }
  }
};

const notResumed = (context: EngineContext, key: string, error: unknown): void => {
  if (!context.holdings.closing.signal.aborted)
    reportFault(context, error, `The end of attempt ${key} could not be resumed.`);
};

const adoptRuns = async (context: EngineContext): Promise<void> => {
  const { store, exclusive, instance } = context;
  for (let after: string | null = null; ; ) {
    const leases = leasesAsOf(context);
    const found: LeasedRun[] = await store.adoptable({ instance, ...leases, after, limit: batchSize });
    // What died with its process has a grace: it is stopped by its own process first.
    const given = new Set<string>();
    if (found.some(({ attempt }) => attempt && diedWithItsProcess(context, attempt))) {
      const now = leases.now - mortalGraceMs;
      for (const { run } of await store.adoptable({ instance, ...leases, now, after, limit: batchSize }))
        given.add(run.id);
    }
    for (const { run, attempt } of found) {
      if (!attempt) continue;
      const lost = diedWithItsProcess(context, attempt);
      // An exclusive store has no other instance that could serve the place: we wait for it, and say so.
      const ours = lost ? given.has(run.id) : exclusive || isServedHere(context, attempt);
      if (ours) await adopt(context, run, lost);
    }
    if (found.length < batchSize) return;
    after = found.at(-1)?.run.id ?? null;
  }
};

// Nobody else can have an exclusive store open: every lease of before is over. Else a lease is over when the clock says so,
// but on one that was just set, or that we do not know yet, everybody gets the time to renew first; those that were
// given back are over in any case. A lease that reaches further than any that is given now was given by another clock.
const leasesAsOf = ({ exclusive, wallClock, clock, settings }: EngineContext): { now: number; latest: number } => {
  if (exclusive) return { now: Number.MAX_SAFE_INTEGER, latest: Number.MAX_SAFE_INTEGER };
  if (wallClock.steadyForMs() < settings.leaseMs)
    return { now: Number.MIN_SAFE_INTEGER, latest: Number.MAX_SAFE_INTEGER };
  const now = clock.now();
  const known = wallClock.steadyForMs() >= settings.leaseMs + mortalGraceMs;
  return { now, latest: known ? now + settings.leaseMs : Number.MAX_SAFE_INTEGER };
};

const adopt = async (context: EngineContext, { id, leaseEpoch }: Run, lost: boolean): Promise<void> => {
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
    attend(context, { ...adopted, ...(lost && { outcome: lostWithItsProcess }) });
  } catch (error) {
    lease.uncertain = true;
    throw error;
  } finally {
    holdings.adopting.delete(id);
  }
};

export const lostWithItsProcess = {
  class: 'lost',
  sentence: 'The process that it ran in is gone, and it with it.',
} as const;

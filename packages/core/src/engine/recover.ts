import type { Attempt, Run } from '../domain/run/run.ts';
import { transition } from '../domain/run/transition.ts';
import { attend } from './attend.ts';
import { keyOf } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { track } from './holdings.ts';
import { diedWithItsProcess, isServedHere } from './place-of.ts';
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
  for (;;) {
    const now = leasesAsOf(context);
    const found = await store.adoptable(instance, now, batchSize);
    const given = found.some(({ attempt }) => attempt && diedWithItsProcess(context, attempt))
      ? new Set((await store.adoptable(instance, now - mortalGraceMs, batchSize)).map(({ run }) => run.id))
      : new Set<string>();
    let adopted = 0;
    for (const { run, attempt } of found) {
      if (!attempt) continue;
      const lost = diedWithItsProcess(context, attempt);
      // An exclusive store has no other instance that could serve the place: we wait for it, and say so.
      const ours = lost ? given.has(run.id) : exclusive || isServedHere(context, attempt);
      if (ours && (await adopt(context, run, attempt, lost))) adopted++;
    }
    if (found.length < batchSize || adopted === 0) return;
  }
};

// Nobody else can have an exclusive store open: every lease of before is over. Else a lease is over when the clock says so,
// but on one that was just set, or that we do not know yet, everybody gets the time to renew first; those that were
// given back are over in any case.
const leasesAsOf = ({ exclusive, wallClock, clock, settings }: EngineContext): number => {
  if (exclusive) return Number.MAX_SAFE_INTEGER;
  return wallClock.steadyForMs() >= settings.leaseMs ? clock.now() : Number.MIN_SAFE_INTEGER;
};

const adopt = async (context: EngineContext, run: Run, attempt: Attempt, lost: boolean): Promise<boolean> => {
  const next = transition(run, { kind: 'adopt', instance: context.instance });
  const job = await context.store.jobAt(run.jobId, run.revision);
  if (!next || !job) {
    reportFault(context, null, `Run ${run.id} cannot be adopted: its job's revision is not in the store.`, { run });
    return false;
  }
  const write = { kind: 'run.write', run: next, expectEpoch: run.leaseEpoch, expectState: run.state } as const;
  const [result] = await context.store.commit([[write]]);
  if (!result?.ok) return false;
  context.logger.info(
    { runId: run.id, jobId: run.jobId, attempt: run.attempt, instance: context.instance },
    'run adopted',
  );
  attend(context, { run: next, attempt, job, ...(lost && { outcome: lostWithItsProcess }) });
  return true;
};

const lostWithItsProcess = {
  class: 'lost',
  sentence: 'The process that it ran in is gone, and it with it.',
} as const;

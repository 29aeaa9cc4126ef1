import type { RetainedJob } from '../ports/store.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { pruneDeliveries } from './notices/prune-deliveries.ts';
import { pruneAudit } from './prune-audit.ts';
import { pruneJob } from './prune-job.ts';
import { sleepFor } from './retry.ts';
import { wokenOr } from './woken-or.ts';

const graceMs = 60_000;
const everyMs = 10 * 60_000;
const jobsAtOnce = 20;
const dayMs = 24 * 3_600_000;
/** A step is followed by a pause of at least so long, and of so many times what it took: nobody is to notice. */
const leastPauseMs = 20;
const pauseFactor = 4;
/** While the store holds the engine back, what can wait waits. Launches that take long are no reason: they hardly ask the store. */
const underPressureMs = 5_000;

/**
 * Forgets what is older or more than its job keeps, until aborted: job after job, one small step at a time, and a job that makes
 * many runs before its turn. Several instances may do so at once: what one has taken away the other does not find.
 */
export const prunePeriodically = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  const { clock, retention } = context;
  for (let roundAt = clock.monotonic() + graceMs; !signal.aborted; ) {
    const ms = roundAt - clock.monotonic();
    if (ms > 0) await wokenOr(clock, retention, ms, signal);
    if (signal.aborted) return;
    await pruneWanted(context, signal);
    if (clock.monotonic() < roundAt) continue;
    await pruneAll(context, signal);
    roundAt = clock.monotonic() + everyMs;
  }
};

const pruneAll = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  const { store, clock, source, logStore } = context;
  for (let after: string | null = null; !signal.aborted; ) {
    const page: RetainedJob[] = await orNothing(context, signal, () => store.retained(after, jobsAtOnce), []);
    for (const job of page) {
      await pruneOne(context, job, signal);
      await pruneWanted(context, signal);
      if (signal.aborted) return;
    }
    if (page.length < jobsAtOnce) break;
    after = page.at(-1)?.id ?? null;
  }
  const over = { kind: 'instance.forget', before: clock.now() - dayMs } as const;
  await orNothing(context, signal, () => store.commit([[over]]), []);
  await stepThrough(context, pruneAudit(context, signal), signal);
  await stepThrough(context, pruneDeliveries(context, signal), signal);
  await orNothing(context, signal, async () => source.prune?.(signal), undefined);
  await orNothing(context, signal, async () => logStore.prune?.(signal), undefined);
};

const pruneWanted = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  const { store, retention } = context;
  for (let id = retention.take(); id !== null && !signal.aborted; id = retention.take()) {
    const jobId = id;
    retention.begin(jobId);
    const job = await orNothing(context, signal, () => store.job(jobId), null);
    if (job) await pruneOne(context, { id: jobId, retention: job.spec.retention, removedAt: null }, signal);
  }
};

const pruneOne = async (context: EngineContext, job: RetainedJob, signal: AbortSignal): Promise<void> => {
  context.retention.begin(job.id);
  await stepThrough(context, pruneJob(context, job, signal), signal);
};

const stepThrough = async (context: EngineContext, steps: AsyncGenerator<void>, signal: AbortSignal): Promise<void> => {
  for (let done = false; !done && !signal.aborted; ) {
    const began = context.clock.monotonic();
    done = (await orNothing(context, signal, () => steps.next(), atEnd)).done ?? false;
    await pause(context, context.clock.monotonic() - began, signal);
  }
};

const atEnd: IteratorResult<void, void> = { done: true, value: undefined };

const pause = async ({ clock, pressure }: EngineContext, tookMs: number, signal: AbortSignal): Promise<void> => {
  const ms = Math.max(leastPauseMs, pauseFactor * tookMs, pressure.isOfStore() ? underPressureMs : 0);
  await sleepFor(clock, ms, signal).catch(() => {}); // only the signal ends it
};

// What could not be done now is done in the next round.
const orNothing = async <T>(
  context: EngineContext,
  signal: AbortSignal,
  act: () => Promise<T>,
  nothing: T,
): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    if (!signal.aborted) reportFault(context, error, 'What may be forgotten could not be removed now; it is later.');
    return nothing;
  }
};

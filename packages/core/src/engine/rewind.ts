import { setImmediate } from 'node:timers/promises';
import { retryDelay } from '../domain/run/backoff.ts';
import type { Run } from '../domain/run/run.ts';
import { notConfigured } from '../domain/waiting-words.ts';
import type { Change, DueSchedule } from '../ports/store.ts';
import type { EngineContext } from './context.ts';
import { recordedIn } from './recorded.ts';
import { scheduleOf } from './schedule-of.ts';

/** So few that a list which is asked for meanwhile hardly waits. */
const pageSize = 50;

/**
 * After the wall clock was set back, while we ran or while we did not: what waits for an instant that is now far away
 * waits for the right one again. A cursor goes back to its schedule's next instant, and what the ledger says of instants
 * to come is withdrawn, unless they ran: those stay, and do not run twice. Repeating it does nothing. `restMs` is a pause between
 * two pages of schedules, for when there is no hurry.
 */
export const rewind = async (context: EngineContext, signal: AbortSignal, restMs = 0): Promise<void> => {
  await rewindSchedules(context, signal, restMs);
  await rewindQueue(context, signal);
};

const rewindSchedules = async (context: EngineContext, signal: AbortSignal, restMs: number): Promise<void> => {
  const { store, clock } = context;
  for (let after: string | null = null; !signal.aborted; ) {
    const page: DueSchedule[] = await store.ahead(clock.now(), after, pageSize);
    const batches: Change[][] = [];
    for (const schedule of page) batches.push(...(await rewound(context, schedule)));
    if (batches.length > 0) {
      await store.commit(batches);
      context.wake();
    }
    if (page.length < pageSize) return;
    after = page.at(-1)?.job.id ?? null;
    await (restMs > 0 ? clock.sleep(restMs, signal) : setImmediate());
  }
};

// At most one batch: none where the cursor is where it should be. Whoever moves the cursor meanwhile wins.
const rewound = async ({ store, clock }: EngineContext, { job, cursor }: DueSchedule): Promise<Change[][]> => {
  const now = clock.now();
  const schedule = readable(job, cursor.anchorAt);
  const next = schedule?.nextAfter(now) ?? null;
  if (!schedule || next === null || (cursor.nextFireAt !== null && cursor.nextFireAt <= next)) return [];
  const batch: Change[] = [{ kind: 'cursor.move', jobId: job.id, expect: cursor.nextFireAt, next }];
  const rows = await recordedIn(store, { jobId: job.id, from: now + 1, to: Number.MAX_SAFE_INTEGER });
  for (const { from, to, count, runId, recordedAt } of rows) {
    if (runId !== null) continue;
    // A row of another schedule, or of more than one, cannot be told apart by this one: it covers all up to now.
    const edited = job.updatedAt > recordedAt;
    const last = from > now ? null : edited ? now : schedule.previousBefore(now + 1);
    const keep =
      last === null ? null : { to: Math.max(from, last), count: Math.max(1, count - instants(schedule, last, to)) };
    batch.push({ kind: 'occurrence.withdraw', jobId: job.id, from, keep });
  }
  return [batch];
};

const readable = (job: DueSchedule['job'], anchorAt: number): ReturnType<typeof scheduleOf> | null => {
  try {
    return scheduleOf(job, anchorAt);
  } catch {
    return null; // off its schedule until it is edited; `tick` says so
  }
};

const instants = ({ nextAfter }: ReturnType<typeof scheduleOf>, after: number, until: number): number => {
  let count = 0;
  for (let at = nextAfter(after); at !== null && at <= until; at = nextAfter(at)) count++;
  return count;
};

// What waits for an instant that is too far away waits for the right one; what waits for an executor that is not there says so.
const rewindQueue = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  const { store, clock } = context;
  for (let after: string | undefined; !signal.aborted; ) {
    const page = await store.runs({ states: ['queued'], limit: pageSize, ...(after !== undefined && { after }) });
    for (const run of page.items) {
      const moved = { ...(await withoutFarInstants(context, run, clock.now())), ...sentenceOf(context, run) };
      if (isSame(moved, run)) continue;
      await store.commit([[{ kind: 'run.write', run: moved, expectEpoch: run.leaseEpoch, expectState: 'queued' }]]);
      context.wake();
    }
    if (page.next === undefined) return;
    after = page.next;
  }
};

// A retry waits no longer than its backoff asks for, a start deadline is no further away than when it began.
const withoutFarInstants = async ({ store }: EngineContext, run: Run, now: number): Promise<Run> => {
  const waitsSince = run.waitsSince === null ? null : Math.min(run.waitsSince, now);
  if (run.notBefore <= now && run.startBy === null) return { ...run, waitsSince };
  const job = await store.jobAt(run.jobId, run.revision);
  if (!job) return run;
  const { backoff, limits } = job.spec;
  const delay = run.attempt === 0 ? 0 : retryDelay(backoff, Math.max(run.failures, run.infrastructureFailures, 1), 0);
  const startBy = run.startBy === null || limits.startMs === null ? null : Math.min(run.startBy, now + limits.startMs);
  return { ...run, waitsSince, notBefore: Math.min(run.notBefore, now + delay), startBy };
};

const sentenceOf = ({ executors }: EngineContext, { executor }: Run): Pick<Run, 'sentence'> | object =>
  executors.has(executor) ? {} : { sentence: notConfigured(executor) };

const isSame = (a: Run, b: Run): boolean =>
  a.notBefore === b.notBefore && a.startBy === b.startBy && a.waitsSince === b.waitsSince && a.sentence === b.sentence;

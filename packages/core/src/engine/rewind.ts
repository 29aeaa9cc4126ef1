import { setImmediate } from 'node:timers/promises';
import type { Run } from '../domain/run/run.ts';
import type { Change, DueSchedule } from '../ports/store.ts';
import type { EngineContext } from './context.ts';
import { scheduleOf } from './schedule-of.ts';

const pageSize = 200;

/**
 * After the wall clock was set back, while we ran or while we did not: what waits for an instant that is now far away
 * waits for the right one again. A cursor goes back to its schedule's next instant, and what the ledger says of instants
 * to come is withdrawn, unless they ran: those stay, and do not run twice. Repeating it does nothing.
 */
export const rewind = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  await rewindSchedules(context, signal);
  await rewindQueue(context, signal);
};

const rewindSchedules = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
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
    await setImmediate();
  }
};

// At most one batch: none where the cursor is where it should be. Whoever moves the cursor meanwhile wins.
const rewound = async ({ store, clock }: EngineContext, { job, cursor }: DueSchedule): Promise<Change[][]> => {
  const now = clock.now();
  const schedule = readable(job, cursor.anchorAt);
  const next = schedule?.nextAfter(now) ?? null;
  if (!schedule || next === null || (cursor.nextFireAt !== null && cursor.nextFireAt <= next)) return [];
  const batch: Change[] = [{ kind: 'cursor.move', jobId: job.id, expect: cursor.nextFireAt, next }];
  const rows = await store.occurrences({ jobId: job.id, from: now + 1, to: Number.MAX_SAFE_INTEGER, limit: 10_000 });
  for (const { from, to, count, runId } of rows) {
    if (runId !== null) continue;
    const last = from > now ? null : schedule.previousBefore(now + 1);
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

// A retry waits no longer than its backoff ever asks for, and a start deadline is no further away than when it began.
const rewindQueue = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  const { store, clock } = context;
  for (let after: string | undefined; !signal.aborted; ) {
    const page = await store.runs({ states: ['queued'], limit: pageSize, ...(after !== undefined && { after }) });
    for (const run of page.items) {
      const job = await store.jobAt(run.jobId, run.revision);
      if (!job) continue;
      const { backoff, limits } = job.spec;
      const now = clock.now();
      const notBefore = Math.min(run.notBefore, now + backoff.maxMs);
      const startBy =
        run.startBy === null || limits.startMs === null ? run.startBy : Math.min(run.startBy, now + limits.startMs);
      if (notBefore === run.notBefore && startBy === run.startBy) continue;
      await store.commit([[writeQueued({ ...run, notBefore, startBy })]]);
      context.wake();
    }
    if (page.next === undefined) return;
    after = page.next;
  }
};

const writeQueued = (run: Run): Change => ({
  kind: 'run.write',
  run,
  expectEpoch: run.leaseEpoch,
  expectState: 'queued',
});

import type { DueJob } from '../domain/decision.ts';
import type { Job, ScheduleCursor } from '../domain/job/job.ts';
import type { DueAfter } from '../ports/store.ts';
import { activeByJob } from './active-by-job.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { recordedIn } from './recorded.ts';
import { type JobSchedule, scheduleOf } from './schedule-of.ts';

/** So many at once (DESIGN 5); what is left comes with the next tick. */
export const maxDue = 500;

/** What is due now: the batch that was read ahead, else the first. */
export const takeDue = async (context: EngineContext, now: number): Promise<DueJob[]> => {
  const ahead = context.dueAhead.reading;
  context.dueAhead.reading = null;
  return (await ahead) ?? readDue(context, now);
};

/**
 * Begins to read the batch behind this one, while this one is written. What it finds may be out of date by then, which its
 * guards notice. A store that is behind is asked for nothing ahead of its time.
 */
export const readAhead = (context: EngineContext, due: readonly DueJob[], now: number): void => {
  const last = due.at(-1);
  if (due.length < maxDue || !last || context.pressure.has('store-slow')) return;
  const reading = readDue(context, now, { nextFireAt: last.first, jobId: last.job.id });
  // Whoever takes it hears of a fault as "nothing was read ahead", and reads for itself.
  context.dueAhead.reading = reading.catch(() => null);
};

const readDue = async (context: EngineContext, now: number, after?: DueAfter): Promise<DueJob[]> => {
  const due = await context.store.due(now, maxDue, after);
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
      ? await recordedIn(context.store, { jobId: job.id, from: first, to: now })
      : [];
    readable.push({ job, first, ...schedule, active: active.get(job.id) ?? [], recorded });
  }
  return readable;
};

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

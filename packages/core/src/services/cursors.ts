import type { Job, ScheduleCursor } from '../domain/job/job.ts';
import type { OccurrenceReason } from '../domain/run/run.ts';
import { decideDue } from '../domain/schedule/missed.ts';
import type { EngineContext } from '../engine/context.ts';
import { recordedIn } from '../engine/recorded.ts';
import { scheduleOf } from '../engine/schedule-of.ts';
import { restingWhere } from '../engine/slices.ts';
import type { Change } from '../ports/store.ts';

/** Where a new job's schedule begins: the first instant after now. */
export const firstCursor = (job: Job, now: number): ScheduleCursor | null =>
  job.spec.schedule && { jobId: job.id, anchorAt: now, nextFireAt: scheduleOf(job, now).nextAfter(now) };

export interface Edit {
  before: Job;
  after: Job;
  /** Where the schedule stands; null where there is none. */
  current: ScheduleCursor | null;
  now: number;
}

/**
 * What an edit means for the schedule. Instants that were due before it and are not recorded yet are covered, so that they
 * neither fire nor vanish; the anchor of `@every` moves only with the expression. `cursor`: undefined keeps it, null takes it away.
 */
export const scheduleEdit = async (
  context: EngineContext,
  edit: Edit,
): Promise<{ changes: Change[]; cursor?: ScheduleCursor | null }> => {
  const { before, after, current, now } = edit;
  const retimed = timing(before) !== timing(after);
  const resumed = isOff(before) && !isOff(after);
  if (!after.spec.schedule && !before.spec.schedule) return { changes: [] };
  const passed = current && (retimed || resumed) ? await coverPassed(context, before, current, now) : null;
  // A tick that records something meanwhile is noticed: then the edit is made anew.
  const unmoved: Change[] = current
    ? [{ kind: 'cursor.move', jobId: before.id, expect: current.nextFireAt, next: current.nextFireAt }]
    : [];
  if (!after.spec.schedule) return { changes: [...unmoved, ...(passed?.changes ?? [])], cursor: null };
  if (!before.spec.schedule || !current) return { changes: [], cursor: firstCursor(after, now) };
  if (!retimed && !resumed) return { changes: [] };
  const changes = [...unmoved, ...(passed?.changes ?? [])];
  if (!retimed) return { changes, ...(passed && { cursor: { ...current, nextFireAt: passed.next } }) };
  const anchorAt = before.spec.schedule.cron === after.spec.schedule.cron ? current.anchorAt : now;
  return { changes, cursor: { jobId: after.id, anchorAt, nextFireAt: scheduleOf(after, anchorAt).nextAfter(now) } };
};

// Null where nothing has passed. A schedule that cannot be read has no instants to cover.
const coverPassed = async (
  context: EngineContext,
  job: Job,
  { nextFireAt: first, anchorAt }: ScheduleCursor,
  now: number,
): Promise<{ changes: Change[]; next: number | null } | null> => {
  const schedule = job.spec.schedule;
  if (first === null || first > now || !schedule) return null;
  const off: OccurrenceReason = isOff(job) ? 'paused' : 'schedule-edited';
  const recorded = await recordedIn(context.store, { jobId: job.id, from: first, to: now });
  const policy = job.spec.concurrencyPolicy;
  const walk = { first, now, ...scheduleOf(job, anchorAt), rule: schedule.missed, policy, off, recorded };
  const { covered, next } = await restingWhere(context.clock, decideDue(walk));
  const changes = covered.map(
    (row): Change => ({
      kind: 'occurrence.cover',
      occurrence: { jobId: job.id, ...row, runId: null, recordedAt: now },
    }),
  );
  return { changes, next };
};

const isOff = ({ pause, spec: { schedule } }: Job): boolean => pause !== null || schedule?.enabled === false;

// All that decides when it fires. A pause is no part of it: instants under it are covered as they pass.
const timing = ({ spec: { schedule } }: Job): string =>
  JSON.stringify(
    schedule && [schedule.cron, schedule.timezone, schedule.dst, schedule.startsAt, schedule.endsAt, schedule.jitterMs],
  );

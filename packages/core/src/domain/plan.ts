import { admissions } from './admission.ts';
import type { Decision, DueJob, Snapshot } from './decision.ts';
import { overlap } from './run/overlap.ts';
import { decideDue } from './schedule/missed.ts';

/*
 * The heart: what to do now, from what is known now. Pure. Every decision is carried out under guards, so one that was made
 * on an old snapshot does nothing.
 */

/** What becomes of the queue. */
export const plan = (snapshot: Snapshot, now: number): Decision[] => [...ended(snapshot), ...admissions(snapshot, now)];

/** What becomes of a job's due instants. Yields now and then, see `decideDue`. */
export function* planDue(
  { job, first, nextAfter, previousBefore, active, recorded }: DueJob,
  now: number,
): Generator<void, Decision> {
  const { schedule, concurrencyPolicy: policy } = job.spec;
  if (schedule === null) throw new TypeError(`job ${job.id} is due without a schedule`);
  const off = job.pause !== null || !schedule.enabled ? ('paused' as const) : null;
  const rule = schedule.missed;
  const due = yield* decideDue({ first, now, nextAfter, previousBefore, rule, policy, off, recorded: recorded ?? [] });
  const result = due.run.length === 0 ? { kind: 'start' as const } : overlap(policy, active);
  return {
    kind: 'fire',
    job,
    first,
    due,
    skippedFor: result.kind === 'forbidden' ? result.by : null,
    replaces: result.kind === 'replace' ? result.ids : [],
    whileActive: policy === 'Allow' || due.run.length === 0 ? null : active.map(({ id }) => id),
  };
}

const ended = ({ stopped, overdue }: Snapshot): Decision[] => {
  const byRequest = new Set(stopped.map(({ id }) => id));
  return [
    ...stopped.map(
      (run): Decision => ({ kind: 'end', run, cause: (run.stop?.behind ?? run.stop)?.cause ?? 'cancelled-by-user' }),
    ),
    ...overdue
      .filter(({ id }) => !byRequest.has(id))
      .map((run): Decision => ({ kind: 'end', run, cause: 'start-deadline' })),
  ];
};

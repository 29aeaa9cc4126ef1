import type { Notification } from '../../domain/notice/notice.ts';

/** A notification as it is posted: JSON in snake_case, times as everywhere in the API. */
export const wireBody = ({ id, event, at, installation, job, run, missed, waitingSince, ...words }: Notification) =>
  JSON.stringify({
    id,
    event,
    at: timeOf(at),
    installation,
    job,
    run: run && {
      id: run.id,
      state: run.state,
      reason: run.reason,
      sentence: run.sentence,
      trigger: run.trigger,
      created_at: timeOf(run.createdAt),
      started_at: timeOf(run.startedAt),
      ended_at: timeOf(run.endedAt),
      attempts: run.attempts,
      ...(run.url !== null && { url: run.url }),
    },
    missed: missed && { ...missed, from: timeOf(missed.from), to: timeOf(missed.to) },
    waiting_since: timeOf(waitingSince),
    subject: words.subject,
    lines: words.lines,
  });

const timeOf = (ms: number | null): string | null =>
  ms === null ? null : `${new Date(ms).toISOString().slice(0, 19)}+00:00`;

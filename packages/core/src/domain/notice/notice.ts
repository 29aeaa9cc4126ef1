import type { RunState, Trigger } from '../run/run.ts';

/**
 * What people are told of. Never of runs that were skipped or cancelled.
 *
 * - `run.last-failure`: a run failed, and is not tried again
 * - `run.recovered`: a run succeeded, and the one of its job that ended before it, succeeded or failed, had failed; once, to those who listened then
 * - `occurrences.missed`: due instants that get no run, since the host was down or busy; one for a range
 * - `run.waiting-long`: a run could have begun long ago and does not run yet; once a run
 */
export const noticeEvents = ['run.last-failure', 'run.recovered', 'occurrences.missed', 'run.waiting-long'] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

/** Something that people are told of. Holds no secret, and nothing of a job's environment. Times are epoch ms. */
export interface Notification {
  /** 32 hex digits; the same however often it is sent. */
  id: string;
  /** `ping`: a webhook was tried out. */
  event: NoticeEvent | 'ping';
  at: number;
  /** The store's own id. */
  installation: string;
  job: { id: string; name: string; owner: string } | null;
  run: NoticeRun | null;
  /** What was missed, for `occurrences.missed`. */
  missed: { from: number; to: number; count: number; reasons: string[] } | null;
  /** Since when it could have run, for `run.waiting-long`. */
  waitingSince: number | null;
  /** Ready to be mailed: one line, without a line break. */
  subject: string;
  /** Likewise, its text. */
  lines: string[];
}

export interface NoticeRun {
  id: string;
  state: RunState;
  reason: string | null;
  /** Why it ended so, or what it waits for. At most 2000 characters. */
  sentence: string | null;
  trigger: Trigger;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** How many attempts were made. */
  attempts: number;
  /** Its address, where the host has a `publicUrl`; else null. */
  url: string | null;
}

/** A notification before it is put into words. */
export type Facts = Omit<Notification, 'subject' | 'lines'>;

import type { StoredDocument } from '../domain/document.ts';
import type { Notification } from '../domain/notice/notice.ts';

/** Takes notifications to whom they are for. A rejection is an attempt that failed, unless the signal was aborted. */
export interface Courier {
  /** To a webhook: its document, as it is now. Whatever its receiver does, there is a result after some ten seconds. */
  send(webhook: StoredDocument, notification: Notification, signal: AbortSignal): Promise<Sent>;
  /** The receiver wants no more: the webhook is disabled. */
  disable(webhook: StoredDocument): Promise<void>;
  /** To the host's own hook; absent: it has none. */
  notify?(notification: Notification, signal: AbortSignal): Promise<void>;
}

/** What came of one request. */
export interface Sent {
  /** HTTP status; null: no answer. */
  status: number | null;
  /** The beginning of the answer, at most 1 KiB. */
  answer: string | null;
  /** null: it arrived. Else why it did not. */
  sentence: string | null;
}

/**
 * Sends one HTTP request and tells the status once that is there; follows no redirect. Rejects where there was no answer. `answer`: its beginning, at
 * most 1 KiB, and what has come of it within a second; never rejects, and nothing is left of the request behind it.
 */
export type Post = (request: PostRequest, signal: AbortSignal) => Promise<{ status: number; answer: Promise<string> }>;

export interface PostRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

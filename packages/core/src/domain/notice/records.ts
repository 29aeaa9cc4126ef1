import type { StoredDocument } from '../document.ts';
import { type NoticeEvent, type Notification, noticeEvents } from './notice.ts';

/** Who is told: a webhook, or the host's own hook. */
export interface Target {
  /** null: the host's `notify`. */
  webhook: string | null;
  /** Host and port of its address, of which not too many requests go out at once; of the host's hook `notify`. */
  receiver: string;
  /** Owner of its documents. */
  owner: string;
  on: readonly NoticeEvent[];
  /** Only of this job; null: of every job of its owner. */
  jobId: string | null;
  /** After so long a run waits for long, ms. */
  afterMs: number;
}

/** The host's own hook: it is told of everything, about every job. */
export const hostTarget = (afterMs: number): Target => ({
  webhook: null,
  receiver: 'notify',
  owner: '',
  on: noticeEvents,
  jobId: null,
  afterMs,
});

/** Data of a document `outbox`: what is still to be sent. It is removed once that is over. */
export interface Outgoing {
  /** null: the host's `notify`. */
  webhook: string | null;
  /** See `Target`. */
  receiver: string;
  /** Id of the document `delivery` that tells of it. */
  delivery: string;
  notification: Notification;
  /** Attempts that were made. */
  attempts: number;
  /** Not sent before, epoch ms. */
  dueAt: number;
  /** Who sends it just now, and until when nobody else may, epoch ms. */
  lease: { instance: string; until: number } | null;
}

/** Data of a document `delivery`. */
export interface DeliveryData {
  /** Id of the notification: the `webhook-id`. */
  notification: string;
  event: Notification['event'];
  /**
   * `pending`: to be sent, again or for the first time; `delivered`; `failed`: a ping that did not arrive; `given-up`: it was tried often enough;
   * `dropped`: its webhook was disabled or removed meanwhile.
   */
  state: 'pending' | 'delivered' | 'failed' | 'given-up' | 'dropped';
  attempts: number;
  /** Of the last attempt, epoch ms; null: there was none. */
  lastAt: number | null;
  /** HTTP status of its answer; null: there was none. */
  status: number | null;
  /** How long it took. */
  ms: number | null;
  /** Why it did not arrive; null: it did, or was not tried yet. */
  sentence: string | null;
  /** The beginning of the answer, at most 1 KiB; null: there was none. */
  answer: string | null;
  /** Epoch ms; null: it is over. */
  nextAt: number | null;
}

/** Data of a document `failing`: it is there while somebody is to be told when its job has recovered. */
export interface FailingData {
  /** Those who listened when a run of it failed, and were told of no recovery since: webhooks, and null for the host's `notify`. */
  owed: (string | null)[];
}

export type FailingDocument = StoredDocument<FailingData>;

/** Owner of the deliveries of a webhook; of the host's hook where it is null. */
export const deliveriesOf = (webhook: string | null): string => `webhook:${webhook ?? 'host'}`;

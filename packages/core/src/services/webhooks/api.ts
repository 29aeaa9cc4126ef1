import type { NoticeEvent, Notification } from '../../domain/notice/notice.ts';
import type { Page } from '../../ports/store.ts';
import type { PageOptions } from '../page-options.ts';

export interface WebhookView {
  /** 32 hex digits. */
  id: string;
  /** Of whose jobs it tells: `user:<id>` or `group:<id>`. */
  owner: string;
  url: string;
  /** Of what it tells. */
  on: NoticeEvent[];
  /** Only of this job; null: of every job of its owner. */
  jobId: string | null;
  /** After so long it tells of a run that does not run yet, ms. */
  afterMs: number;
  description: string;
  enabled: boolean;
  /** Why it was disabled, where nobody did it by hand; else null. */
  disabledBecause: string | null;
  /** Until when the secret before this one signs too, epoch ms; null: there is none. */
  oldSecretUntil: number | null;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}

/** The signing secret is told this once. */
export interface WebhookWithSecret {
  /** `whsec_` and base64. */
  secret: string;
  view: WebhookView;
}

export interface WebhookInput {
  /** http or https, without user, password or fragment. At most 2048 characters. Everybody who may see the webhook can read it. */
  url: string;
  /** Default: whoever asks. */
  owner?: string;
  /** Default: all. */
  on?: NoticeEvent[];
  /** Only of this job, which has to be its owner's. Default: of every job of its owner. */
  jobId?: string;
  /** 1 min to 7 days. Default: 15 min, or what the host says in `webhooks: { afterMs }`. */
  afterMs?: number;
  /** At most 2048 characters. */
  description?: string;
  /** `whsec_` and the base64 of 24 to 64 bytes, or any text of 24 to 64 bytes, whose bytes are then the key. Default: a new one, of 32 random bytes. */
  secret?: string;
}

export interface WebhookPatch {
  url?: string;
  on?: NoticeEvent[];
  /** null: of every job of its owner. */
  jobId?: string | null;
  /** null: as by default. */
  afterMs?: number | null;
  description?: string;
  enabled?: boolean;
}

export interface WebhookListOptions extends PageOptions {
  owner?: string;
}

export interface RotateSecretOptions {
  /** As when it is made. Default: a new one. */
  secret?: string;
  /** How long the old one signs too; at most 30 days. Default 24 h. */
  overlapMs?: number;
}

/** What came of a ping. */
export interface PingResult {
  delivered: boolean;
  /** HTTP status; null: there was no answer. */
  status: number | null;
  ms: number;
  /** Why it did not arrive; null: it did. */
  sentence: string | null;
  /** The beginning of the answer, at most 1 KiB; null: there was none. */
  answer: string | null;
}

/** What became of a notification for a webhook. Kept for 30 days. */
export interface DeliveryView {
  id: string;
  /** Id of the notification, sent as `webhook-id`. */
  notificationId: string;
  event: Notification['event'];
  /** When it was decided, epoch ms. */
  at: number;
  /**
   * `pending`: to be sent, again or for the first time; `delivered`; `failed`: a ping that did not arrive; `given-up`: after 8 attempts, or because the
   * receiver wants no more; `dropped`: the webhook was disabled meanwhile.
   */
  state: 'pending' | 'delivered' | 'failed' | 'given-up' | 'dropped';
  attempts: number;
  /** Of the last attempt: when it began, epoch ms, the status of its answer, how long it took, and why it did not arrive. */
  lastAt: number | null;
  status: number | null;
  ms: number | null;
  sentence: string | null;
  /** The beginning of its answer, at most 1 KiB. */
  answer: string | null;
  /** When it is sent next, epoch ms; null: it is over. */
  nextAt: number | null;
}

/**
 * `runyard.webhooks`: signed HTTP requests about what becomes of an owner's jobs. Every method rejects with a `RunyardError`: `webhook-not-found`,
 * `invalid-webhook`; what makes a secret, with `no-encryption-key` where the host gave no `encryptionKeys`.
 */
export interface Webhooks {
  create(input: WebhookInput): Promise<WebhookWithSecret>;
  get(id: string): Promise<WebhookView>;
  list(options?: WebhookListOptions): Promise<Page<WebhookView>>;
  update(id: string, patch: WebhookPatch): Promise<WebhookView>;
  rotateSecret(id: string, options?: RotateSecretOptions): Promise<WebhookWithSecret>;
  /** What was not sent yet is dropped. */
  remove(id: string): Promise<void>;
  /** Sends a `ping` now, once, also where it is disabled. */
  test(id: string): Promise<PingResult>;
  /** Newest first. `host` for those of the host's own hook, which only admins see. */
  deliveries(id: string | 'host', options?: PageOptions): Promise<Page<DeliveryView>>;
}

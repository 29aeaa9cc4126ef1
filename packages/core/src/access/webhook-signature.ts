import { createHmac, timingSafeEqual } from 'node:crypto';

/** What stands before a signing secret, so that one that was leaked is found. */
export const secretPrefix = 'whsec_';

/** The three headers of a signed request. `secrets`: each of them signs; the newest first. */
export const signedHeaders = (
  { id, at, body }: { id: string; at: number; body: string },
  secrets: readonly string[],
): Record<string, string> => {
  const timestamp = String(Math.floor(at / 1000));
  const signatures = secrets.map((secret) => `v1,${signature(secret, { id, timestamp, body })}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
};

/** Why a request is not to be believed; `ok` where it is. */
export type WebhookVerdict =
  | { ok: true; id: string; at: number }
  | { ok: false; reason: 'header-missing' | 'header-invalid' | 'too-old' | 'too-new' | 'signature-wrong' };

/**
 * For receivers: whether a request comes from who knows the secret, and was sent lately. As in the Standard Webhooks specification 1.0
 * (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md): `webhook-signature` holds one or more of `v1,<base64>`, separated by
 * spaces, each the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`; the key is what `whsec_` and base64 stand for. Any library for it will do too.
 *
 * `body`: exactly as it came, before anything parsed it. `headers`: a `Headers`, or an object of them in lower case, as Node gives. `toleranceMs`: how far the
 * clocks may be apart, default 5 min. Remember the `id`s that came within it: what arrives twice has the same.
 */
export const verifyWebhook = (
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string | Uint8Array,
  secret: string,
  { toleranceMs = 300_000, now = Date.now() }: { toleranceMs?: number; now?: number } = {},
): WebhookVerdict => {
  const header = (name: string): string | undefined => {
    const value = headers instanceof Headers ? headers.get(name) : headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(header);
  if (id === undefined || timestamp === undefined || signatures === undefined)
    return { ok: false, reason: 'header-missing' };
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: 'header-invalid' };
  const at = Number(timestamp) * 1000;
  const expected = Buffer.from(`v1,${signature(secret, { id, timestamp, body })}`);
  if (!signatures.split(' ').some((given) => isSame(Buffer.from(given), expected)))
    return { ok: false, reason: 'signature-wrong' };
  if (now - at > toleranceMs) return { ok: false, reason: 'too-old' };
  if (at - now > toleranceMs) return { ok: false, reason: 'too-new' };
  return { ok: true, id, at };
};

const signature = (
  secret: string,
  { id, timestamp, body }: { id: string; timestamp: string; body: string | Uint8Array },
): string => createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest('base64');

// One that is no such text is taken as it is.
const keyOf = (secret: string): Buffer =>
  secret.startsWith(secretPrefix)
    ? Buffer.from(secret.slice(secretPrefix.length), 'base64')
    : Buffer.from(secret, 'utf8');

const isSame = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other);

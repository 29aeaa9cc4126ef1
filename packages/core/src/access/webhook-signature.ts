import { createHmac, timingSafeEqual } from 'node:crypto';
import { RunyardError } from '../domain/errors.ts';

/** What stands before a signing secret, so that one that was leaked is found. */
export const secretPrefix = 'whsec_';

/** What a signing key has at least. */
export const leastKeyBytes = 24;

/** The three headers of a signed request. `secrets`: each of them signs; the newest first. */
export const signedHeaders = (
  { id, at, body }: { id: string; at: number; body: string },
  secrets: readonly string[],
): Record<string, string> => {
  const timestamp = String(Math.floor(at / 1000));
  const signatures = secrets.map((secret) => `v1,${signature(readKey(secret), { id, timestamp, body })}`);
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
 * `body`: exactly as it came, before anything parsed it. `headers`: a `Headers`, or an object of them, as Node gives. `toleranceMs`: how far the
 * clocks may be apart, default 5 min. Remember the `id`s that came within it: what arrives twice has the same.
 *
 * Throws `invalid-webhook` where the receiver is set up wrong: for a secret that is missing or shorter than 24 bytes, which anybody could sign with, and for
 * a body that was parsed.
 */
export const verifyWebhook = (
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string | Uint8Array,
  secret: string,
  { toleranceMs = 300_000, now = Date.now() }: { toleranceMs?: number; now?: number } = {},
): WebhookVerdict => {
  const key = readKey(secret);
  assertRaw(body);
  const header = headersOf(headers);
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(header);
  if (id === undefined || timestamp === undefined || signatures === undefined)
    return { ok: false, reason: 'header-missing' };
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: 'header-invalid' };
  const at = Number(timestamp) * 1000;
  const expected = Buffer.from(`v1,${signature(key, { id, timestamp, body })}`);
  if (!signatures.split(' ').some((given) => isSame(Buffer.from(given), expected)))
    return { ok: false, reason: 'signature-wrong' };
  if (now - at > toleranceMs) return { ok: false, reason: 'too-old' };
  if (at - now > toleranceMs) return { ok: false, reason: 'too-new' };
  return { ok: true, id, at };
};

const signature = (
  key: Buffer,
  { id, timestamp, body }: { id: string; timestamp: string; body: string | Uint8Array },
): string => createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');

/** One without the prefix is taken as it is. Null: there is no base64 behind it. */
export const keyOf = (secret: string): Buffer | null => {
  if (!secret.startsWith(secretPrefix)) return Buffer.from(secret, 'utf8');
  const base64 = secret.slice(secretPrefix.length);
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : null;
};

// Never with what was given.
const readKey = (secret: unknown): Buffer => {
  const key = typeof secret === 'string' ? keyOf(secret) : null;
  if (key && key.length >= leastKeyBytes) return key;
  const expected = `'${secretPrefix}' and the base64 of at least ${leastKeyBytes} bytes, or a text of at least ${leastKeyBytes} bytes`;
  const received = key ? `one of ${key.length} bytes` : typeof secret === 'string' ? 'no base64' : `a ${typeof secret}`;
  throw new RunyardError(
    'invalid-webhook',
    `The webhook's secret is not valid: expected ${expected}, received ${received}. Pass the secret that was told when the webhook was made.`,
    { field: 'secret', expected, received },
  );
};

const assertRaw = (body: unknown): void => {
  if (typeof body === 'string' || body instanceof Uint8Array) return;
  const [expected, received] = ['a string or a Uint8Array', body === null ? 'null' : `a ${typeof body}`];
  throw new RunyardError(
    'invalid-webhook',
    `The webhook's body is not valid: expected ${expected}, received ${received}. Pass the raw body as it came, before it is parsed (in Express: express.raw).`,
    { field: 'body', expected, received },
  );
};

type Given = Parameters<typeof verifyWebhook>[0];

// Not each `Headers` is one of this realm's, and not each framework writes names as Node does.
const headersOf = (headers: Given): ((name: string) => string | undefined) => {
  const named =
    typeof headers.get === 'function'
      ? (name: string): unknown => (headers as Headers).get(name)
      : (name: string): unknown => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return (name) => {
    const value = named(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
};

const isSame = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other);

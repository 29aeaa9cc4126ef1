import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { verifyWebhook } from '../src/access/webhook-signature.ts';

const now = 1_700_000_000_000;
const [id, timestamp, body] = ['one', String(now / 1000), '{"event":"run.last-failure"}'];
const signed = (key: string | Buffer) => ({
  'webhook-id': id,
  'webhook-timestamp': timestamp,
  'webhook-signature': `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
});
const secret = 'a passphrase of some length';
const believed = { ok: true, id, at: now };

it.each([
  ['nothing', '', ''],
  ['undefined', undefined, ''],
  ['the prefix alone', 'whsec_', ''],
  ['no base64', 'whsec_!!!!', ''],
  ['a short text', 'x'.repeat(23), 'x'.repeat(23)],
  ['a short key', `whsec_${Buffer.alloc(23).toString('base64')}`, Buffer.alloc(23)],
])('a receiver whose secret is %s believes nobody, and is told', (_, given, key) => {
  expect(() => verifyWebhook(signed(key), body, given as string, { now })).toThrow(
    expect.objectContaining({ code: 'invalid-webhook', message: expect.stringMatching(/secret.*24 bytes/) }),
  );
});

it('the names of headers are read in any case, of whatever holds them', () => {
  const titled = Object.fromEntries(
    Object.entries(signed(secret)).map(([name, value]) => [
      name.replaceAll(/\b\w/g, (letter) => letter.toUpperCase()),
      value,
    ]),
  );
  expect(Object.keys(titled)[0]).toBe('Webhook-Id');
  expect(verifyWebhook(titled, body, secret, { now })).toEqual(believed);
  expect(verifyWebhook(new Headers(titled), body, secret, { now })).toEqual(believed);
  const foreign = { get: (name: string) => new Headers(titled).get(name) };
  expect(verifyWebhook(foreign as Headers, body, secret, { now })).toEqual(believed);
});

it.each([[{ event: 'ping' }], [undefined], [null]])('a body that was parsed already is refused: %j', (parsed) => {
  expect(() => verifyWebhook(signed(secret), parsed as unknown as string, secret, { now })).toThrow(
    expect.objectContaining({ code: 'invalid-webhook', message: expect.stringContaining('before it is parsed') }),
  );
});

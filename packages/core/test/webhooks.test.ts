import { expect, it } from 'vitest';
import { verifyWebhook } from '../src/access/webhook-signature.ts';
import type { Notification } from '../src/domain/notice/notice.ts';
import { keys, notified } from './support/notified.ts';
import { people } from './support/people.ts';
import { signatureBySpec } from './support/webhook-receiver.ts';

const url = 'https://example.com/hook';
const minute = 60_000;

it('without a key to encrypt secrets with there are no webhooks, and the refusal says how to give one', async () => {
  await using p = await people();
  await expect(p.all.webhooks.create({ url })).rejects.toMatchObject({
    code: 'no-encryption-key',
    message: expect.stringContaining('encryptionKeys'),
  });
});

it('the secret is told once, and lies in the store only encrypted', async () => {
  await using p = await people({ encryptionKeys: keys });
  const { secret, view } = await p.all.webhooks.create({ url });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const rotated = await p.all.webhooks.rotateSecret(view.id);
  const everything = JSON.stringify([
    await p.store.document('webhook', view.id),
    await p.all.webhooks.get(view.id),
    await p.store.audit({ limit: 100 }),
    rotated.view,
  ]);
  for (const text of [secret, rotated.secret]) expect(everything).not.toContain(text.slice(6));
});

it.each([
  ['ftp://example.com', 'url'],
  ['http://user:pass@example.com', 'url'],
  ['http://user@example.com', 'url'],
  ['https://example.com/#part', 'url'],
  ['nonsense', 'url'],
])('the address %s is refused', async (bad, field) => {
  await using p = await people({ encryptionKeys: keys });
  await expect(p.all.webhooks.create({ url: bad })).rejects.toMatchObject({ code: 'invalid-webhook', field });
});

it.each<[string, unknown]>([
  ['has a user and a password', 'https://bot:hunter2@example.com/hook'],
  ['is too long', `https://example.com/${'hunter2'.repeat(400)}`],
  ['is no address', 'hunter2'],
  ['is no text', { href: 'https://bot:hunter2@example.com/' }],
])('of an address that %s nothing is said when it is refused', async (_, bad) => {
  await using p = await people({ encryptionKeys: keys });
  const { view } = await p.all.webhooks.create({ url });
  for (const refused of [
    p.all.webhooks.create({ url: bad as string }),
    p.all.webhooks.update(view.id, { url: bad as string }),
  ]) {
    const error: Error = await refused.then(
      () => new Error('it was taken'),
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: 'invalid-webhook', field: 'url' });
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('hunter2');
  }
});

it.each(['too short', 'whsec_AAAA', 'whsec_no base64 at all, really', 'x'.repeat(65), 17 as unknown as string])(
  'a secret that is too short, too long or no base64 is refused, without being shown: %s',
  async (secret) => {
    await using p = await people({ encryptionKeys: keys });
    const error: { message: string } = await p.all.webhooks.create({ url, secret }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-webhook', field: 'secret' });
    expect(error.message).not.toContain(String(secret));
  },
);

it('a webhook belongs to its owner: members manage those of their group, others see none', async () => {
  await using p = await people({ encryptionKeys: keys });
  const [ann, bob] = [await p.user('ann'), await p.user('bob')];
  const lab = await p.all.groups.create({ name: 'lab' });
  await p.all.groups.addMember(lab.id, ann.id);
  const [annAs, bobAs] = [await ann.as(), await bob.as()];
  const owner = `group:${lab.id}`;
  const { view } = await annAs.webhooks.create({ url, owner });
  expect((await annAs.webhooks.list()).items).toEqual([view]);
  expect((await bobAs.webhooks.list()).items).toEqual([]);
  await expect(bobAs.webhooks.create({ url, owner })).rejects.toMatchObject({ code: 'forbidden' });
  for (const hidden of [
    bobAs.webhooks.get(view.id),
    bobAs.webhooks.update(view.id, { enabled: false }),
    bobAs.webhooks.rotateSecret(view.id),
    bobAs.webhooks.remove(view.id),
    bobAs.webhooks.test(view.id),
    bobAs.webhooks.deliveries(view.id),
    bobAs.webhooks.deliveries('host'),
  ])
    await expect(hidden).rejects.toMatchObject({ code: 'webhook-not-found' });
  const { token } = await p.all.tokens.mint({ name: 'reader', userId: ann.id, scopes: ['jobs:read'] });
  const reader = await p.bearer(token);
  expect(await reader?.webhooks.get(view.id)).toEqual(view);
  await expect(reader?.webhooks.test(view.id)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(p.all.groups.remove(lab.id)).rejects.toMatchObject({ code: 'owner-in-use', id: view.id });
  await annAs.webhooks.remove(view.id);
  await p.all.groups.remove(lab.id);
  const { items } = await p.all.audit.list({ action: 'webhook' });
  expect(items.map(({ action, by }) => [action, by.name])).toEqual([
    ['webhook.removed', 'ann'],
    ['webhook.created', 'ann'],
  ]);
});

it('a webhook of one job is for a job of its owner', async () => {
  await using p = await people({ encryptionKeys: keys });
  const { id } = await p.all.jobs.create({ name: 'a', command: 'x', owner: 'user:ann' });
  const wrong = { code: 'invalid-webhook', field: 'jobId' };
  await expect(p.all.webhooks.create({ url, jobId: id })).rejects.toMatchObject(wrong);
  const { view } = await p.all.webhooks.create({ url, jobId: id, owner: 'user:ann' });
  expect(view.jobId).toBe(id);
  expect((await p.all.webhooks.update(view.id, { jobId: null, afterMs: minute })).jobId).toBe(null);
});

it('what is still to be sent to a webhook that is removed or disabled is dropped', async () => {
  await using n = await notified();
  const { id } = await n.webhook();
  n.receiver.answer((response) => response.writeHead(500).end());
  n.code = 1;
  await n.run(await n.job());
  const { nextAt } = await n.delivery(id, 'pending', 1);
  await n.t.runyard.webhooks.update(id, { enabled: false });
  await n.t.clock.advanceTo((nextAt ?? 0) + 1);
  expect(await n.delivery(id, 'dropped')).toMatchObject({ nextAt: null, sentence: 'The webhook was disabled.' });
  expect(n.receiver.received).toHaveLength(1);
});

it('what is still to be told of a job that is removed is told', async () => {
  await using n = await notified();
  const { id } = await n.webhook();
  n.receiver.answer((response) => response.writeHead(500).end());
  n.code = 1;
  const job = await n.job();
  await n.run(job);
  const { nextAt } = await n.delivery(id, 'pending', 1);
  await n.t.runyard.jobs.remove(job);
  n.receiver.answer((response) => response.end());
  await n.askedAt(nextAt ?? 0, 2);
  expect((await n.delivery(id, 'delivered', 2)).event).toBe('run.last-failure');
});

it("a host's hook that throws before it returns is called again", async () => {
  const told: string[] = [];
  await using n = await notified({
    notify: ({ id }) => {
      told.push(id);
      if (told.length === 1) throw new Error('no such mailbox');
    },
  });
  n.code = 1;
  await n.run(await n.job());
  const { nextAt, sentence } = await n.delivery('host', 'pending', 1);
  expect(sentence).toBe('no such mailbox');
  await n.t.clock.advanceTo((nextAt ?? 0) + 1);
  await n.delivery('host', 'delivered', 2);
  expect(told).toEqual([told[0], told[0]]);
});

it("the host's own hook is told of every owner's jobs, with words for a mail, and again where it rejects", async () => {
  const told: Notification[] = [];
  await using n = await notified({
    notify: async (notification) => {
      told.push(notification);
      if (told.length === 1) throw new Error('the mail server is away');
    },
  });
  n.code = 1;
  const run = await n.run(await n.job({ owner: 'user:ann' }));
  await expect.poll(() => told.length).toBe(1);
  const first = await n.delivery('host', 'pending', 1);
  expect(first.sentence).toBe('the mail server is away');
  await n.t.clock.advanceTo((first.nextAt ?? 0) + 1);
  await n.delivery('host', 'delivered', 2);
  expect(told[1]).toEqual(told[0]);
  expect(told[0]).toMatchObject({
    id: first.notificationId,
    event: 'run.last-failure',
    job: { owner: 'user:ann' },
    run: { id: run.id, state: 'failed', endedAt: run.endedAt },
    subject: 'nightly failed (exit-code)',
  });
  expect(told[0]?.lines).toContain(run.sentence);
});

it('what a webhook posts is believed by its secret alone, unchanged, and for five minutes', async () => {
  await using n = await notified();
  const { id, secret } = await n.webhook();
  await n.t.runyard.webhooks.test(id);
  const [one] = await n.receiver.count(1);
  if (!one) throw new Error('one was sent');
  const { headers, text } = one;
  const now = n.t.clock.now();
  const believed = { ok: true, id: headers['webhook-id'], at: now };
  const verify = (changed: Record<string, string> = {}, body = text, options: object = { now }) =>
    verifyWebhook({ ...(headers as Record<string, string>), ...changed }, body, secret, options);
  expect(verify()).toEqual(believed);
  expect(verifyWebhook(new Headers(headers as Record<string, string>), Buffer.from(text), secret, { now })).toEqual(
    believed,
  );
  const wrong = { ok: false, reason: 'signature-wrong' };
  expect(verify({}, `${text} `)).toEqual(wrong);
  expect(verify({ 'webhook-id': 'another' })).toEqual(wrong);
  expect(verify({ 'webhook-timestamp': String(now / 1000 + 1) })).toEqual(wrong);
  expect(verify({ 'webhook-signature': 'v1,AAAA' })).toEqual(wrong);
  expect(verifyWebhook(headers, text, `whsec_${Buffer.alloc(32, 1).toString('base64')}`, { now })).toEqual(wrong);
  expect(verify({ 'webhook-signature': `v1,AAAA v1a,BBBB ${signatureBySpec(one, secret)}` })).toEqual(believed);
  expect(verify({ 'webhook-signature': '' })).toEqual({ ok: false, reason: 'header-missing' });
  expect(verify({ 'webhook-timestamp': 'soon' })).toEqual({ ok: false, reason: 'header-invalid' });
  expect(verify({}, text, { now: now + 300_000 })).toEqual(believed);
  expect(verify({}, text, { now: now + 300_001 })).toEqual({ ok: false, reason: 'too-old' });
  expect(verify({}, text, { now: now - 300_001 })).toEqual({ ok: false, reason: 'too-new' });
  expect(verify({}, text, { now: now + 600_000, toleranceMs: 600_000 })).toEqual(believed);
});

it.each([
  [null, 'nothing'],
  [undefined, 'nothing'],
  ['https://hooks.example.com/x', 'a text of 27 characters'],
  [[], 'an empty list'],
])('what is no webhook at all is refused, and not quoted: %j', async (given, received) => {
  await using p = await people({ encryptionKeys: keys });
  const { webhooks } = p.all;
  await expect(webhooks.create(given as never)).rejects.toMatchObject({ code: 'invalid-webhook', received });
  const { view } = await webhooks.create({ url: 'https://hooks.example.com/x' });
  if (given !== undefined)
    await expect(webhooks.rotateSecret(view.id, given as never)).rejects.toMatchObject({ code: 'invalid-webhook' });
});

it('a secret of a webhook that is no text is told of in words', async () => {
  await using p = await people({ encryptionKeys: keys });
  const given = { url: 'https://hooks.example.com/x', secret: { hidden: 'hunter2' } };
  await expect(p.all.webhooks.create(given as never)).rejects.toMatchObject({
    message: expect.stringMatching(/received an object\./),
  });
});

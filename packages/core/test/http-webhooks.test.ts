import { describe, expect, it } from 'vitest';
import { mintToken } from '../src/access/token.ts';
import { createHttpApp } from '../src/http/create-http-app.ts';
import { delivery as deliverySchema } from '../src/http/schemas/webhooks.ts';
import { httpHost, read } from './support/http-host.ts';
import { notified } from './support/notified.ts';
import { expectUntold } from './support/untold.ts';
import { useWorld } from './support/use-world.ts';
import { signatureBySpec } from './support/webhook-receiver.ts';

const { world, call } = useWorld();

const url = 'http://127.0.0.1:1/hook';
const secret = 'zq8-Xk31vvLw-e9_uQ7!bTz0';

describe('the secret of a webhook', () => {
  it('is told when it is made or rotated, and in no other answer', async () => {
    const made = await call('POST', '/webhooks', { url });
    expect(made).toMatchObject({ status: 201, body: { secret: expect.stringMatching(/^whsec_/), url } });
    const path = `/webhooks/${made.body.id}`;
    const rotated = await call('POST', `${path}/rotate`, { overlap_ms: 60_000 });
    expect(rotated.status).toBe(200);
    expect(rotated.body.secret).not.toBe(made.body.secret);
    expect(rotated.body.old_secret_until).toBe('2024-01-01T00:01:02+00:00');
    const answers = [
      await call('GET', path),
      await call('PATCH', path, { description: 'new' }),
      await call('GET', '/webhooks'),
      await call('POST', `${path}/ping`),
      await call('GET', `${path}/deliveries`),
      await call('GET', '/audit'),
      await call('DELETE', path),
      await call('GET', path),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 204, 404]);
    for (const { text } of answers)
      for (const told of [made, rotated]) expectUntold(told.body.secret.replace(/^whsec_/, ''), text);
    const { secret: _, ...shown } = made.body;
    expect(answers[0]?.body).toEqual({ ...shown, old_secret_until: rotated.body.old_secret_until });
  });

  it.each([secret, 'ü'.repeat(12), '€'.repeat(8)])('%s is told as it was given, but for its form', async (given) => {
    const told = `whsec_${Buffer.from(given).toString('base64')}`;
    const made = await call('POST', '/webhooks', { url, secret: given });
    expect(made.body.secret).toBe(told);
    for (const again of [given, told])
      expect((await call('POST', `/webhooks/${made.body.id}/rotate`, { secret: again })).body.secret).toBe(told);
  });

  it.each([
    ['is no text', { secret: [secret] }],
    ['is too short', { secret: secret.slice(0, 20) }],
    ['is too long', { secret: secret.repeat(3) }],
    ['is no base64', { secret: `whsec_${secret}` }],
    ['stands beside something wrong', { secret, url: 7, overlap_ms: 'x' }],
    ['is in a field that is misspelt', { secrte: secret }],
    ['is the name of a field', { [secret]: 1 }],
    ['is not closed', `{"secret":"${secret}`],
    ['is the body', `"${secret}"`],
  ])('that %s is refused without a piece of it', async (_, body) => {
    for (const path of ['/webhooks', `/webhooks/${await world().webhook('own')}/rotate`]) {
      const fields = typeof body === 'string' || path !== '/webhooks' ? body : { url, ...body };
      const answer = await call('POST', path, fields);
      expect([path, answer.status]).toEqual([path, 400]);
      expect(answer.body.detail).not.toBe('');
      expectUntold(secret, answer.text);
    }
  });
});

describe('a webhook over HTTP', () => {
  it('is made, read, found by its owner, changed and removed under the names of the wire', async () => {
    const owner = { group_id: world().lab };
    const job = await world().job('group');
    const made = await call('POST', '/webhooks', {
      url,
      owner,
      on: ['run.recovered'],
      job_id: job,
      after_ms: 120_000,
      description: 'of the lab',
    });
    expect(made).toMatchObject({
      status: 201,
      body: {
        owner,
        on: ['run.recovered'],
        job_id: job,
        after_ms: 120_000,
        description: 'of the lab',
        enabled: true,
        disabled_because: null,
        old_secret_until: null,
      },
    });
    const path = `/webhooks/${made.body.id}`;
    expect(made.headers.get('location')).toBe(`/api${path}`);
    const changed = await call('PATCH', path, { job_id: null, after_ms: null, enabled: false });
    expect(changed.body).toMatchObject({ job_id: null, after_ms: 900_000, enabled: false, on: ['run.recovered'] });
    expect((await call('GET', path)).body).toEqual(changed.body);
    expect((await call('GET', `/webhooks?group_id=${world().lab}&page_size=1000`)).body.webhooks).toContainEqual(
      changed.body,
    );
    expect(
      (await call('GET', `/webhooks?user_id=${world().people.ann}&page_size=1000`)).body.webhooks,
    ).not.toContainEqual(changed.body);
    expect((await call('DELETE', path)).status).toBe(204);
  });

  it.each<[string, () => Promise<object> | object, object]>([
    ['an address that is none', () => ({ url: 'ftp://x' }), { code: 'invalid-webhook', field: 'url' }],
    ['an event that there is not', () => ({ url, on: ['run.begun'] }), { code: 'invalid-webhook', field: 'on.0' }],
    ['too short a time', () => ({ url, after_ms: 1 }), { code: 'invalid-webhook', field: 'after_ms' }],
    [
      'a job of another owner',
      async () => ({ url, job_id: await world().job('group') }),
      { code: 'invalid-webhook', field: 'job_id', detail: expect.stringMatching(/^`job_id` /) },
    ],
    ['nobody as its owner', () => ({ url, owner: {} }), { code: 'invalid-webhook', field: 'owner' }],
  ])('with %s is refused by the field as it is written', async (_, fields, problem) => {
    expect(await call('POST', '/webhooks', await fields())).toMatchObject({ status: 400, body: problem });
  });

  it('of an address that is refused says nothing', async () => {
    const bad = { url: 'https://bot:hunter2@example.com/hook' };
    for (const answer of [
      await call('POST', '/webhooks', bad),
      await call('PATCH', `/webhooks/${await world().webhook('own')}`, bad),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-webhook', field: 'url' } });
      expect(answer.text).not.toContain('hunter2');
    }
  });

  it('for a job that one may not see finds no such job', async () => {
    expect(await call('POST', '/webhooks', { url, job_id: await world().job('other') })).toMatchObject({
      status: 404,
      body: { code: 'job-not-found' },
    });
  });

  it('without a key to encrypt its secret with is a fault of the host, and not of the request', async () => {
    await using host = await httpHost();
    const answer = await read(host.call('POST', '/api/webhooks', { body: { url, secret } }));
    expect(answer).toMatchObject({ status: 500, body: { code: 'no-encryption-key' } });
    expectUntold(secret, answer.text);
  });
});

describe('what a webhook has sent', () => {
  it('is pinged, signed with the secret that was told, and listed with what became of it', async () => {
    const { token, record } = mintToken({ name: 'admin', scopes: ['admin'] });
    await using n = await notified({ tokens: [record] });
    const app = createHttpApp(n.t.runyard);
    const ask = (method: string, path: string, body?: object) =>
      read(
        app.fetch(
          new Request(`http://runyard.test/api${path}`, {
            method,
            headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
            ...(body && { body: JSON.stringify(body) }),
          }),
        ),
      );
    const made = await ask('POST', '/webhooks', { url: n.receiver.url, owner: 'user:system' });
    const path = `/webhooks/${made.body.id}`;
    const pinged = await ask('POST', `${path}/ping`);
    expect(pinged).toMatchObject({
      status: 200,
      body: { delivered: true, status: 200, sentence: null, answer: 'thanks' },
    });
    const [received] = await n.receiver.count(1);
    expect(received?.headers['webhook-signature']).toBe(received && signatureBySpec(received, made.body.secret));

    n.receiver.answer((response) => response.writeHead(503).end('later'));
    n.code = 1;
    await n.run(await n.job());
    await n.delivery(made.body.id, 'pending', 1);
    const { deliveries } = (await ask('GET', `${path}/deliveries`)).body;
    expect(deliveries.map((one: unknown) => deliverySchema.parse(one))).toEqual(deliveries);
    expect(deliveries).toMatchObject([
      {
        event: 'run.last-failure',
        state: 'pending',
        attempts: 1,
        status: 503,
        answer: 'later',
        next_at: expect.stringMatching(/^2024-01-01T00:00:0\d\+00:00$/),
      },
      { event: 'ping', state: 'delivered', attempts: 1, next_at: null, notification_id: received?.body.id },
    ]);
    app.close();
  });

  it('a ping that does not arrive is an answer that says why', async () => {
    expect(await call('POST', `/webhooks/${await world().webhook('own')}/ping`)).toMatchObject({
      status: 200,
      body: { delivered: false, status: null, sentence: expect.stringContaining('127.0.0.1'), answer: null },
    });
  });

  it('the host’s own hook was called for is told to admins, by the word for it', async () => {
    await world().failed();
    const { token } = await world().token(world().people.root);
    const { body } = await world().call('GET', '/webhooks/host/deliveries', { token });
    expect(body.deliveries[0]).toMatchObject({ event: 'run.last-failure' });
    expect(deliverySchema.parse(body.deliveries[0])).toEqual(body.deliveries[0]);
  });
});

import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../src/access/token.ts';
import { newTokenText } from '../src/access/token-text.ts';
import { createHttpApp } from '../src/http/create-http-app.ts';
import { type HttpHost, httpHost, read } from './support/http-host.ts';
import { rawSocket } from './support/raw-socket.ts';

let host: HttpHost;
const reader = mintToken({ name: 'reader', scopes: ['jobs:read'] });
const late = mintToken({ name: 'late', scopes: ['admin'], expiresAt: 1 });
const owner = mintToken({ name: 'owner', scopes: ['admin'] });
const logged: unknown[] = [];
beforeAll(async () => {
  const log = () => undefined;
  const error = (fields: object) => logged.push(fields);
  host = await httpHost(
    {},
    { tokens: [reader.record, late.record, owner.record], logger: { debug: log, info: log, warn: log, error } },
  );
});
afterAll(() => host[Symbol.asyncDispose]());

const callOf =
  (asked: HttpHost) =>
  (method: string, path: string, options: Parameters<HttpHost['call']>[2] = {}) =>
    read(
      asked.call(method, path, { ...options, headers: { authorization: `Bearer ${owner.token}`, ...options.headers } }),
    );
const call = (...given: Parameters<ReturnType<typeof callOf>>) => callOf(host)(...given);

describe('who is asking', () => {
  it.each([
    ['no token', ''],
    ['a wrong token', 'token ryd_wrong'],
    ['an expired token', `token ${late.token}`],
    ['another scheme', `Basic ${owner.token}`],
  ])(
    '%s gets the same 401 whether or not the job exists, also for bad bodies and unknown routes',
    async (_, authorization) => {
      // Of its own, since all these tests together are too many guesses.
      await using host = await httpHost({}, { tokens: [late.record, owner.record] });
      const call = (method: string, path: string, options: Parameters<HttpHost['call']>[2] = {}) =>
        read(host.call(method, path, options));
      const job = await call('POST', '/api/jobs', {
        body: { name: 'x', command: ['gated'] },
        headers: { authorization: `token ${owner.token}` },
      });
      const headers = { authorization };
      const answers = await Promise.all([
        call('GET', `/api/jobs/${job.body.id}`, { headers }),
        call('GET', `/api/jobs/${'0'.repeat(32)}`, { headers }),
        call('GET', '/api/jobs/nonsense', { headers }),
        call('POST', '/api/jobs', { headers, body: '{' }),
        call('POST', '/api/jobs', { headers, body: `"${'x'.repeat(2 ** 21)}"` }),
        call('PUT', '/api/jobs/a/b/c', { headers }),
        call('GET', '/api/openapi.json', { headers }),
      ]);
      for (const answer of answers) {
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toContain('Bearer');
        expect(answer.body).toEqual(answers[0]?.body);
        // Only who has it is told so.
        expect(answer.body.detail.includes('has expired')).toBe(authorization.includes(late.token));
      }
    },
  );

  it('tokens that are guessed are 429 with the time to wait; a valid one is let in from the same address all the same', async () => {
    await using host = await httpHost({}, { tokens: [owner.record] });
    const guess = () =>
      read(host.call('GET', '/api/jobs', { headers: { authorization: `token ${newTokenText('ryd_')}` } }));
    for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(401);
    const refused = await guess();
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-guesses' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const valid = { headers: { authorization: `token ${owner.token}` } };
    expect((await host.call('GET', '/api/jobs', valid)).status).toBe(200);
    const without = await read(host.call('GET', '/api/jobs', { headers: { authorization: '' } }));
    expect(without.status).toBe(401);
  });

  it.each(['token', 'Token', 'Bearer', 'bearer'])('`Authorization: %s …` is read', async (scheme) => {
    expect((await call('GET', '/api/jobs', { headers: { authorization: `${scheme} ${owner.token}` } })).status).toBe(
      200,
    );
  });

  it('a scope that does not allow it is 403', async () => {
    const headers = { authorization: `token ${reader.token}` };
    expect((await call('GET', '/api/jobs', { headers })).status).toBe(200);
    expect(await call('POST', '/api/jobs', { headers, body: { name: 'x', command: ['gated'] } })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
  });

  it.each(['/healthz', '/readyz', '/status'])('%s is public', async (path) => {
    expect(await call('GET', `/api${path}`, { headers: { authorization: '' } })).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
  });

  it('an app without any way to authenticate is not made, and says how to give one', async () => {
    const open = { ...host.runyard, http: { ...host.runyard.http, authenticate: null } };
    expect(() => createHttpApp(open)).toThrow(
      expect.objectContaining({ code: 'no-authentication', message: expect.stringContaining('mintToken') }),
    );
  });
});

describe('a request that is not right', () => {
  it.each([
    ['GET', '/api/jobs/nonsense', 'job-not-found'],
    ['GET', `/api/jobs/${'0'.repeat(31)}g`, 'job-not-found'],
    ['GET', `/api/jobs/${'0'.repeat(32)}`, 'job-not-found'],
    ['POST', '/api/jobs/..%2f..%2fetc/start', 'job-not-found'],
    ['GET', '/api/runs/nonsense', 'run-not-found'],
    ['GET', '/api/runs/nonsense/logs', 'run-not-found'],
    ['GET', `/api/runs/${'0'.repeat(32)}/logs`, 'run-not-found'],
    ['GET', '/api/nothing', 'not-found'],
    ['GET', '/elsewhere', 'not-found'],
  ])('%s %s is 404 %s', async (method, path, code) => {
    expect(await call(method, path)).toMatchObject({ status: 404, body: { code } });
  });

  it.each([
    ['PUT', '/api/runs', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/api/jobs/', 'POST, GET, PUT, HEAD, OPTIONS'],
    ['POST', `/api/jobs/${'0'.repeat(32)}`, 'GET, PATCH, DELETE, HEAD, OPTIONS'],
    ['GET', `/api/jobs/${'0'.repeat(32)}/start`, 'POST, OPTIONS'],
  ])('%s %s is 405 and allows %s', async (method, path, allow) => {
    const answer = await call(method, path);
    expect(answer).toMatchObject({ status: 405, body: { code: 'method-not-allowed', expected: allow } });
    expect(answer.headers.get('allow')).toBe(allow);
    const options = await call('OPTIONS', path);
    expect([options.status, options.text, options.headers.get('allow')]).toEqual([204, '', allow]);
  });

  it('HEAD is as GET, without a body', async () => {
    const { status, headers, text } = await call('HEAD', '/api/jobs');
    expect([status, headers.get('content-type'), text]).toEqual([200, 'application/json', '']);
    expect((await call('HEAD', '/api/jobs/nonsense')).status).toBe(404);
  });

  it('an id that is none is said to be none, without asking the store', async () => {
    expect((await call('GET', '/api/runs/nonsense/logs')).body.detail).toContain('32 hex digits');
  });

  it.each([
    ['{', 'is not JSON'],
    ['{"name": "x", }', 'is not JSON'],
    [`${'['.repeat(200)}${']'.repeat(200)}`, 'nested deeper'],
  ])('a body %s is 400 invalid-json', async (body, sentence) => {
    const answer = await call('POST', '/api/jobs', { body, headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'invalid-json', detail: expect.stringContaining(sentence) },
    });
  });

  it('a body that is compressed is 400 invalid-json, and told so', async () => {
    const answer = await fetch(`${host.origin}/api/jobs`, {
      method: 'POST',
      headers: {
        authorization: `token ${owner.token}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      body: gzipSync('{"name":"x","command":["noop"]}'),
    });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { code: 'invalid-json', field: 'Content-Encoding', received: 'gzip' },
    ]);
  });

  it('a body that is not UTF-8 is 400 invalid-json', async () => {
    const answer = await fetch(`${host.origin}/api/jobs`, {
      method: 'POST',
      headers: { authorization: `token ${owner.token}` },
      body: new Uint8Array([0x22, 0xff, 0x22]),
    });
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid-json' }]);
  });

  it('a form is refused with the header to send', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await call('POST', '/api/jobs', { body: '{"name":"x"}', headers });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'invalid-json', detail: expect.stringContaining('application/json') },
    });
  });

  it.each(['[', ':::', 'a:99999', '256.256.256.256', 'xn--\u00ff', '[::::]', 'a b'])(
    'a Host header that is no host, such as %j, is not minded',
    async (name) => {
      // The host's own code is given a whole Request, which has to have an address.
      await using own = await httpHost({ authenticate: ({ url }) => ({ kind: 'user', id: new URL(url).hostname }) });
      await using socket = await rawSocket(own.origin);
      await socket.send(`GET /api/jobs HTTP/1.1\r\nHost: ${name}\r\nAuthorization: token ${owner.token}\r\n\r\n`);
      expect((await socket.answer()).status).toBe(200);
    },
  );

  it.each(['TRACE', 'TRACK'])('%s, which no Request can be, is 405', async (method) => {
    await using socket = await rawSocket(host.origin);
    await socket.send(`${method} /api/jobs HTTP/1.1\r\nHost: x\r\n\r\n`);
    const { status, body } = await socket.answer();
    // Node's own parser does not know the second.
    if (method === 'TRACK') expect(status).toBe(400);
    else expect([status, JSON.parse(body).code]).toEqual([405, 'method-not-allowed']);
  });

  it('a path goes where it says, not where `..` leads: what a host guards by its path stays guarded', async () => {
    await using socket = await rawSocket(host.origin);
    const get = async (path: string): Promise<number> => {
      await socket.send(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: token ${owner.token}\r\n\r\n`);
      return (await socket.answer()).status;
    };
    expect(await get('/api/secrets')).toBe(200);
    for (const path of ['/api/jobs/../secrets', '/api/jobs/%2e%2e/secrets', '/elsewhere/../api/secrets'])
      expect([path, await get(path)]).toEqual([path, 404]);
    expect(await get('http://elsewhere/api/secrets')).toBe(200);
  });

  it('of a name as long as a body, an answer tells the beginning and the end, and at once', async () => {
    const name = `begin${'x'.repeat(900_000)}end`;
    const answer = await call('POST', '/api/jobs', { body: { [name]: 1 } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'unknown-field' } });
    expect(answer.body.field).toMatch(/^beginx+ … x+end$/);
    expect(answer.text.length).toBeLessThan(10_000);
  });

  it('a body over the limit is 413', async () => {
    const answer = await call('POST', '/api/jobs', { body: { name: 'x', command: 'x'.repeat(2 ** 20) } });
    expect(answer).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
  });

  it('a body without a length is 413 as soon as it is over the limit, before it has ended', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(`${host.origin}/api/jobs`, {
        method: 'POST',
        headers: { authorization: `token ${owner.token}` },
      });
      sent.on('response', (response) => {
        resolve(response.statusCode);
        response.resume();
        sent.destroy();
      });
      sent.on('error', reject);
      sent.write('x'.repeat(2 ** 20 + 1));
    });
    expect(status).toBe(413);
  });
});

describe('a fault of ours', () => {
  it('is 500 with nothing of the inside, and is logged', async () => {
    const broken = {
      ...host.runyard,
      http: {
        ...host.runyard.http,
        servicesFor: () => {
          throw new Error('secret path /var/lib/x');
        },
      },
    };
    const app = createHttpApp(broken);
    const answer = await app.fetch(
      new Request('http://x/api/jobs', { headers: { authorization: `token ${owner.token}` } }),
    );
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'internal' });
    expect(text).not.toContain('secret');
    expect(logged).toContainEqual(
      expect.objectContaining({ err: expect.objectContaining({ message: 'secret path /var/lib/x' }) }),
    );
  });
});

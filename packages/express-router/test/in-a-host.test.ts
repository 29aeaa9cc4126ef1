import { request as httpRequest } from 'node:http';
import compression from 'compression';
import express5 from 'express';
import helmet from 'helmet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runyardRouter } from '../src/index.ts';
import { firstText } from './support/first-text.ts';
import { listen } from './support/listen.ts';
import { type TestRunyard, testRunyard } from './support/test-runyard.ts';

// No types are published under the alias; its API is the same where we use it.
const { default: express4 } = (await import('express4' as string)) as { default: typeof express5 };

let test: TestRunyard;
beforeAll(async () => {
  test = await testRunyard();
});
afterAll(() => test[Symbol.asyncDispose]());

const authorization = () => ({ authorization: `token ${test.token}` });
const json = () => ({ ...authorization(), 'content-type': 'application/json' });
let names = 0;
const newJob = () => test.runyard.jobs.create({ name: `hosted-${++names}`, command: ['gated'] });

/** Sends a path as it is: `fetch` would tidy it up. */
const statusOf = (origin: string, path: string, method = 'GET'): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const sent = httpRequest({ hostname, port, path, method, headers: authorization() }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject).end();
  });

describe.each([
  ['Express 4', express4],
  ['Express 5', express5],
] as const)('in a host of %s', (_, express) => {
  it('works in a Router under an app under an app, with addresses that work', async () => {
    const inner = express.Router().use('/b', runyardRouter(test.runyard, { basePath: '/c' }));
    const host = express().use('/a', express().use(inner));
    await using server = await listen(host);
    const job = await newJob();
    const path = `${server.origin}/a/b/c/jobs/${job.id}/start`;
    const started = await fetch(path, { method: 'POST', headers: authorization() });
    const location = started.headers.get('location') ?? '';
    expect([started.status, location]).toEqual([200, expect.stringMatching(/^\/a\/b\/c\/runs\//)]);
    expect((await fetch(`${server.origin}${location}`, { headers: authorization() })).status).toBe(200);
  });

  it('two of them in one app know nothing of each other', async () => {
    await using other = await testRunyard();
    const app = express().use('/one', runyardRouter(test.runyard)).use('/two', runyardRouter(other.runyard));
    await using server = await listen(app);
    const get = (at: string, token: string) =>
      fetch(`${server.origin}/${at}/api/jobs`, { headers: { authorization: `token ${token}` } });
    expect((await get('one', test.token)).status).toBe(200);
    expect((await get('two', other.token)).status).toBe(200);
    expect((await get('one', other.token)).status).toBe(401);
    expect((await get('two', test.token)).status).toBe(401);
  });

  it('takes paths as they are sent, and no others', async () => {
    await using server = await listen(express().use('/ops', runyardRouter(test.runyard)));
    const { id } = await newJob();
    for (const [path, status] of [
      [`/ops/api/jobs/${id}/`, 200],
      [`/OPS/api/jobs/${id}`, 200], // the mount path is the host's business
      [`/ops/API/jobs/${id}`, 404],
      [`/ops/api/JOBS/${id}`, 404],
      [`/ops/api/jobs%2f${id}`, 404],
      [`/ops/api/jobs/..%2fsecrets`, 404],
      ['/ops/api/jobs/../secrets', 404],
      ['/ops/api//jobs', 404],
      ['/ops/apijobs', 404],
    ] as const)
      expect([path, await statusOf(server.origin, path)]).toEqual([path, status]);
    for (const path of [`http://elsewhere.example/ops/api/jobs/${id}?x`, `/ops/api/jobs/${id}#x`])
      expect([path, await statusOf(server.origin, path)]).toEqual([path, 200]);
    expect(await statusOf(server.origin, `/ops/api/jobs/${id}`, 'HEAD')).toBe(200);
    expect(await statusOf(server.origin, `/ops/api/jobs/${id}`, 'OPTIONS')).toBe(204);
    expect(await statusOf(server.origin, `/ops/api/jobs/${id}`, 'PUT')).toBe(405);
  });

  it('routes of the host at our paths go before it', async () => {
    const app = express();
    app.get('/api/users/me', (_request, response) => void response.send('theirs'));
    await using server = await listen(app.use(runyardRouter(test.runyard)));
    expect(await (await fetch(`${server.origin}/api/users/me`)).text()).toBe('theirs');
  });

  it.each(['text/event-stream', 'application/x-ndjson'])(
    'behind helmet and compression a follower of %s has each line at once, not compressed, and what helmet adds',
    async (accept) => {
      const app = express()
        .use(helmet())
        .use(compression({ threshold: 0 }));
      await using server = await listen(app.use(runyardRouter(test.runyard)));
      const run = await test.runyard.jobs.start((await newJob()).id);
      const context = await test.contextOf(run.id);
      const client = new AbortController();
      const answer = await fetch(`${server.origin}/api/runs/${run.id}/logs?follow=true`, {
        headers: { ...authorization(), accept, 'accept-encoding': 'gzip' },
        signal: client.signal,
      });
      expect(answer.headers.get('content-encoding')).toBeNull();
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      context.log('at once');
      await firstText(answer, 'at once');
      client.abort();
      const list = await fetch(`${server.origin}/api/jobs`, {
        headers: { ...authorization(), 'accept-encoding': 'gzip' },
      });
      expect(list.headers.get('content-encoding')).toBe('gzip');
      expect((await list.json()) as object).toHaveProperty('jobs');
    },
  );

  it('what a body parser in front refuses is a problem too, with `errors`', async () => {
    const router = runyardRouter(test.runyard);
    const app = express()
      .use(express.json({ limit: 100 }))
      .use('/ops', router, router.errors);
    app.use(
      ((_error, _request, response, _next) => void response.status(500).send('theirs')) as express5.ErrorRequestHandler,
    );
    await using server = await listen(app);
    const post = (path: string, body: string, encoding = 'identity') =>
      fetch(`${server.origin}${path}`, {
        method: 'POST',
        headers: { ...authorization(), 'content-type': 'application/json', 'content-encoding': encoding },
        body,
      });
    for (const [body, status, code, encoding] of [
      ['{', 400, 'invalid-json'],
      [JSON.stringify({ name: 'x'.repeat(200) }), 413, 'body-too-large'],
      ['{}', 400, 'invalid-request', 'gzip'],
    ] as const) {
      const answer = await post('/ops/api/jobs', body, encoding);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
      expect(await answer.json()).toMatchObject({ code });
      expect(await (await post('/ops/elsewhere', body, encoding)).text()).toBe('theirs');
    }
  });

  it('a body that a parser in front took is held to our limit as well', async () => {
    await using server = await listen(
      express()
        .use(express.json({ limit: '5mb' }))
        .use(runyardRouter(test.runyard)),
    );
    const answer = await fetch(`${server.origin}/api/jobs`, {
      method: 'POST',
      headers: { ...authorization(), 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'x', command: ['x'.repeat(2 ** 21)] }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'body-too-large' }]);
  });

  it('a body that something in front read and did not keep is refused with its cause, rather than taken for none', async () => {
    const swallow: express5.RequestHandler = (request, _response, next) => {
      request.on('data', () => undefined).on('end', () => next());
    };
    await using server = await listen(express().use(swallow).use(runyardRouter(test.runyard)));
    const job = await newJob();
    const start = (body?: string, type = 'application/json') =>
      fetch(`${server.origin}/api/jobs/${job.id}/start`, {
        method: 'POST',
        headers: { ...authorization(), 'content-type': type },
        ...(body !== undefined && { body }),
      });
    for (const type of ['application/json', 'text/plain']) {
      const answer = await start('{"command":["gated","x"]}', type);
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { code: 'invalid-request', detail: expect.stringContaining('read the body before it came here') },
      ]);
    }
    expect((await test.runyard.runs.list({ jobId: job.id })).items).toEqual([]);
    expect((await start()).status).toBe(200);
  });

  it('what a parser in front leaves of nothing is no body, and a JSON `null` is one that is refused', async () => {
    for (const parsers of [
      [express.raw({ type: '*/*' })],
      [express.text({ type: '*/*' })],
      [express.json({ strict: false })],
      [],
    ]) {
      await using server = await listen(express().use(...parsers, runyardRouter(test.runyard)));
      const start = async (body?: string) => {
        const job = await newJob();
        const init = { method: 'POST', headers: json(), ...(body !== undefined && { body }) };
        return (await fetch(`${server.origin}/api/jobs/${job.id}/start`, init)).status;
      };
      expect([await start(), await start('{}'), await start('null')]).toEqual([200, 200, 400]);
    }
  });
});

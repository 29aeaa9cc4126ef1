import compression from 'compression';
import express5 from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runyardRouter } from '../src/index.ts';
import { firstText } from './support/first-text.ts';
import { listen } from './support/listen.ts';
import { type TestRunyard, testRunyard } from './support/test-runyard.ts';

// No types are published under the alias; its API is the same where we use it.
const { default: express4 } = (await import('express4' as string)) as { default: typeof express5 };
const versions = [
  ['Express 4', express4],
  ['Express 5', express5],
] as const;

let test: TestRunyard;
beforeAll(async () => {
  test = await testRunyard();
});
afterAll(() => test[Symbol.asyncDispose]());

const authorization = () => ({ authorization: `token ${test.token}` });
const json = () => ({ ...authorization(), 'content-type': 'application/json' });
let names = 0;
const newJob = () => test.runyard.jobs.create({ name: `job-${++names}`, command: ['gated'] });

describe.each(versions)('runyardRouter under %s', (_, express) => {
  it.each(['/', '/ops', '/a/b'])('answers below the mount path %s and tells addresses that work', async (mount) => {
    await using server = await listen(express().use(mount, runyardRouter(test.runyard)));
    const job = await newJob();
    const prefix = mount === '/' ? '' : mount;
    const started = await fetch(`${server.origin}${prefix}/api/jobs/${job.id}/start`, {
      method: 'POST',
      headers: authorization(),
    });
    expect(started.status).toBe(200);
    const location = started.headers.get('location');
    expect(location).toMatch(new RegExp(`^${prefix}/api/runs/[0-9a-f]{32}$`));
    expect((await fetch(`${server.origin}${location}`, { headers: authorization() })).status).toBe(200);
    const { servers } = (await (
      await fetch(`${server.origin}${prefix}/api/openapi.json`, { headers: authorization() })
    ).json()) as { servers: unknown };
    expect(servers).toEqual([{ url: `${prefix}/api` }]);
  });

  it.each([
    ['', '/jobs'],
    ['/v1', '/v1/jobs'],
  ])('with basePath %j answers %s', async (basePath, path) => {
    await using server = await listen(express().use(runyardRouter(test.runyard, { basePath })));
    expect((await fetch(`${server.origin}${path}`, { headers: authorization() })).status).toBe(200);
  });

  it('passes on what the API is given: how often a log that is followed is kept alive', async () => {
    await using server = await listen(
      express().use(runyardRouter(test.runyard, { keepAliveMs: 5, recheckMs: 10_000 })),
    );
    const job = await newJob();
    const run = await test.runyard.jobs.start(job.id);
    const client = new AbortController();
    const headers = { ...authorization(), accept: 'text/event-stream' };
    const answer = await fetch(`${server.origin}/api/runs/${run.id}/logs`, { headers, signal: client.signal });
    // By default it would be so after 15 s.
    const late = setTimeout(() => client.abort(), 10_000);
    await firstText(answer, ': keep-alive');
    clearTimeout(late);
    client.abort();
    await test.runyard.runs.cancel(run.id);
    expect(() => runyardRouter(test.runyard, { keepAliveMs: -5 })).toThrow(
      '`keepAliveMs` is not valid: expected at least 1, received -5.',
    );
  });

  it.each([
    ['with `trust proxy` by the clients behind the proxy', true, 401],
    ['without it by the proxy, whatever it says', false, 429],
  ])('counts guesses at tokens %s', async (_name, trusts, status) => {
    await using own = await testRunyard();
    const app = express().use(runyardRouter(own.runyard));
    app.set('trust proxy', trusts);
    await using server = await listen(app);
    const guess = async (client: string, n: number): Promise<number> => {
      const headers = { authorization: `token wrong-${n}`, 'x-forwarded-for': client };
      return (await fetch(`${server.origin}/api/jobs`, { headers })).status;
    };
    for (let n = 0; n < 10; n++) expect(await guess('192.0.2.1', n)).toBe(401);
    expect(await guess('192.0.2.1', 10)).toBe(429);
    expect(await guess('192.0.2.2', 11)).toBe(status);
  });

  it('passes on what is not ours', async () => {
    const app = express().use(runyardRouter(test.runyard));
    app.get('/api/invoices', (_request, response) => void response.send('theirs'));
    await using server = await listen(app);
    expect(await (await fetch(`${server.origin}/api/invoices`)).text()).toBe('theirs');
    expect((await fetch(`${server.origin}/api/jobs/nonsense`, { headers: authorization() })).status).toBe(404);
  });

  it.each([
    [false, 'theirs'],
    [true, 'ours'],
  ])('with directory: %s, users, groups and tokens at the same path are %s', async (directory, whose) => {
    await using own = await testRunyard({ directory });
    const app = express().use(runyardRouter(own.runyard));
    app.use('/api', (_request, response) => void response.send('theirs'));
    await using server = await listen(app);
    const headers = { authorization: `token ${own.token}` };
    const get = async (path: string): Promise<string> => {
      const text = await (await fetch(`${server.origin}/api${path}`, { headers })).text();
      return text === 'theirs' ? text : 'ours';
    };
    for (const path of ['/users', '/users/7', '/groups?page=2', '/groups/7/members', '/tokens'])
      expect([path, await get(path)]).toEqual([path, whose]);
    for (const path of ['/users/me', '/jobs', '/git_credentials', '/webhooks', '/secrets'])
      expect([path, await get(path)]).toEqual([path, 'ours']);
  });

  const anyType = () => true;
  it.each([
    ['no parser', []],
    ['json()', [express.json()]],
    ['text()', [express.text({ type: anyType })]],
    ['raw()', [express.raw({ type: anyType })]],
    ['urlencoded()', [express.urlencoded({ extended: true })]],
    ['all of them', [express.json(), express.urlencoded({ extended: false }), express.text(), express.raw()]],
  ])('reads bodies behind %s, also empty ones', async (_name, parsers) => {
    const app = express();
    for (const parser of parsers) app.use(parser);
    await using server = await listen(app.use(runyardRouter(test.runyard)));
    const body = JSON.stringify({ name: `job-${++names}`, command: ['gated'], description: 'ümläut' });
    const made = await fetch(`${server.origin}/api/jobs`, { method: 'POST', headers: json(), body });
    expect([made.status, await made.json()]).toMatchObject([201, { description: 'ümläut' }]);
    const job = await newJob();
    for (const headers of [
      authorization(),
      json(),
      { ...authorization(), 'content-type': 'application/x-www-form-urlencoded' },
    ]) {
      const started = await fetch(`${server.origin}/api/jobs/${job.id}/start`, { method: 'POST', headers });
      expect(started.status).toBe(200);
    }
    const form = await fetch(`${server.origin}/api/jobs`, {
      method: 'POST',
      headers: authorization(),
      body: new URLSearchParams({ name: 'x' }),
    });
    expect([form.status, await form.json()]).toMatchObject([400, { code: 'invalid-json' }]);
  });

  it('sends each line of a followed log at once, also behind compression', async () => {
    const app = express().use(compression({ threshold: 0, filter: () => true }));
    await using server = await listen(app.use(runyardRouter(test.runyard)));
    const run = await test.runyard.jobs.start((await newJob()).id);
    const context = await test.contextOf(run.id);
    for (const accept of ['text/event-stream', 'text/plain']) {
      const client = new AbortController();
      const answer = await fetch(`${server.origin}/api/runs/${run.id}/logs?follow=true`, {
        headers: { ...authorization(), accept },
        signal: client.signal,
      });
      context.log(`for ${accept}`);
      await firstText(answer, `for ${accept}`);
      client.abort();
    }
  });

  it('stops reading the log when the client leaves', async () => {
    const stopped = Promise.withResolvers<void>();
    const { runyard } = test;
    const servicesFor: typeof runyard.as = (principal) => {
      const services = runyard.as(principal);
      const logs: typeof services.runs.logs = (id, options = {}) => {
        options.signal?.addEventListener('abort', () => stopped.resolve());
        return services.runs.logs(id, options);
      };
      return { ...services, runs: { ...services.runs, logs } };
    };
    const watched = { ...runyard, http: { ...runyard.http, servicesFor } };
    await using server = await listen(express().use(runyardRouter(watched)));
    const run = await runyard.jobs.start((await newJob()).id);
    const context = await test.contextOf(run.id);
    context.log('here');
    const client = new AbortController();
    const answer = await fetch(`${server.origin}/api/runs/${run.id}/logs?follow=true`, {
      headers: authorization(),
      signal: client.signal,
    });
    await firstText(answer, 'here');
    client.abort();
    await stopped.promise;
  });

  it("gives `authenticate` the host's request, with its user", async () => {
    const app = express();
    app.use((request, _response, next) => {
      Object.assign(request, { user: { id: 'alice' } });
      next();
    });
    const authenticate = (_request: Request, native: { req?: unknown }) => {
      const { user } = native.req as { user?: { id: string } };
      return user ? { kind: 'user' as const, id: user.id } : null;
    };
    await using server = await listen(app.use(runyardRouter(test.runyard, { authenticate })));
    const made = await fetch(`${server.origin}/api/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: `job-${++names}`, command: ['gated'] }),
    });
    expect([made.status, await made.json()]).toMatchObject([201, { owner: { id: 'user:alice' } }]);
  });
});

it('refuses to mount without any authentication, and says how to give one', async () => {
  await using open = await testRunyard({ withTokens: false });
  expect(() => runyardRouter(open.runyard)).toThrow(
    expect.objectContaining({ code: 'no-authentication', message: expect.stringContaining('authenticate') }),
  );
});

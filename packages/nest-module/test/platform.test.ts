import 'reflect-metadata';
import { once } from 'node:events';
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  type ArgumentsHost,
  BadRequestException,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  HttpException,
  Injectable,
  type NestInterceptor,
  SetMetadata,
  UseGuards,
  VersioningType,
} from '@nestjs/common';
import { APP_GUARD, NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { describe, expect, it } from 'vitest';
import { RunyardModule } from '../src/index.ts';
import { moduleOf } from './support/module-of.ts';
import { authorization, nestApp, options, platforms } from './support/nest-app.ts';

const job = { name: 'job', command: ['gated'] };
const ask = (url: string, { body, headers = {}, method = body === undefined ? 'GET' : 'POST' }: Asked = {}) =>
  fetch(url, {
    method,
    headers: { ...authorization, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
interface Asked {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Without what `fetch` makes of an address. */
const rawly = async (origin: string, how: RequestOptions): Promise<[IncomingMessage, string]> => {
  const { hostname: host, port } = new URL(origin);
  const sent = request({ host, port, headers: authorization, agent: false, ...how }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return [answer, await text(answer)];
};

/** Lets in who says so, and counts whom it was asked about. */
const doorkeeper = () => {
  const asked: string[] = [];
  @Injectable()
  class Doorkeeper implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      const { url, headers } = context.switchToHttp().getRequest<{ url: string; headers: Record<string, string> }>();
      asked.push(`${context.getHandler().name} ${url}`);
      return headers['x-staff'] === 'yes';
    }
  }
  return { asked, Doorkeeper };
};
const staff = { headers: { 'x-staff': 'yes' } };

describe.each(platforms)('on %s', (platform) => {
  it('passes on what the API is given: how often a log that is followed is kept alive', async () => {
    await using given = await options();
    const module = RunyardModule.forRoot({ ...given, keepAliveMs: 5, readerStallMs: 10_000 });
    await using nest = await nestApp(module, { platform });
    const { id } = (await (await ask(`${nest.origin}/api/jobs`, { body: job })).json()) as { id: string };
    const started = await ask(`${nest.origin}/api/jobs/${id}/start`, { body: {} });
    const { run } = (await started.json()) as { run: { id: string } };
    const headers = { accept: 'text/event-stream' };
    const answer = await ask(`${nest.origin}/api/runs/${run.id}/logs`, { headers });
    let seen = '';
    const askedAt = performance.now();
    for await (const bytes of answer.body ?? []) {
      seen += Buffer.from(bytes).toString();
      if (seen.includes(': keep-alive')) break;
    }
    expect(seen).toContain(': keep-alive');
    // By default it would be so after 15 s.
    expect(performance.now() - askedAt).toBeLessThan(10_000);
  });

  it.each([
    ['the option guards', (guard: never) => ({ module: { guards: [guard] } })],
    ['@UseGuards among the decorators', (guard: never) => ({ module: { decorators: [UseGuards(guard)] } })],
    ['APP_GUARD', (guard: never) => ({ providers: [{ provide: APP_GUARD, useClass: guard }] })],
  ])('a guard by %s is asked once about each request to a route of ours', async (_, by) => {
    const { asked, Doorkeeper } = doorkeeper();
    const { module = {}, providers = [] }: { module?: object; providers?: never[] } = by(Doorkeeper as never) as never;
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot({ ...given, ...module }), { platform, providers });
    for (const path of ['/jobs', '/jobs/nonsense', '/jobs/a/b/c', '/healthz'])
      expect((await ask(`${nest.origin}/api${path}`)).status).toBe(403);
    expect((await ask(`${nest.origin}/api/jobs`, staff)).status).toBe(200);
    expect((await ask(`${nest.origin}/api/jobs/a/b/c`, staff)).status).toBe(404);
    expect(asked).toEqual([
      'listJobs /api/jobs',
      'getJob /api/jobs/nonsense',
      'noSuchRoute_jobs /api/jobs/a/b/c',
      'healthz /api/healthz',
      'listJobs /api/jobs',
      'noSuchRoute_jobs /api/jobs/a/b/c',
    ]);
  });

  it("paths that are the host's are not asked about by the guards of ours", async () => {
    const { asked, Doorkeeper } = doorkeeper();
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot({ ...given, guards: [Doorkeeper] }), { platform });
    for (const path of ['/users', '/users/7', '/groups/7/members'])
      expect((await ask(`${nest.origin}/api${path}`)).status).toBe(404);
    expect(asked).toEqual([]);
  });

  it('decorators are seen by guards of the host, as those of a controller are', async () => {
    const seen: unknown[] = [];
    const guard: CanActivate = {
      canActivate: (context) => seen.push(new Reflector().get('roles', context.getClass())) > 0,
    };
    await using given = await options();
    const module = RunyardModule.forRoot({ ...given, decorators: [SetMetadata('roles', ['operator'])] });
    await using nest = await nestApp(module, { platform, prepare: (app) => app.useGlobalGuards(guard) });
    await ask(`${nest.origin}/api/jobs`);
    expect(seen).toEqual([['operator']]);
  });

  it('filters of the host see what its guards throw, and our refusals stay as clients know them', async () => {
    @Catch(HttpException)
    class Theirs implements ExceptionFilter {
      catch(error: HttpException, host: ArgumentsHost): void {
        const response = host.switchToHttp().getResponse();
        const answer = { caught: error.message };
        if (platform === 'express') response.status(418).json(answer);
        else response.status(418).send(answer);
      }
    }
    const guard: CanActivate = {
      canActivate: (context) => {
        if (context.switchToHttp().getRequest().headers['x-staff'] === 'yes') return true;
        throw new BadRequestException('Say who you are.');
      },
    };
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot({ ...given, guards: [guard] }), {
      platform,
      prepare: (app) => app.useGlobalFilters(new Theirs()),
    });
    const refused = await ask(`${nest.origin}/api/jobs`);
    expect([refused.status, await refused.json()]).toEqual([418, { caught: 'Say who you are.' }]);
    const missing = await ask(`${nest.origin}/api/jobs/nonsense`, staff);
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(await missing.json()).toMatchObject({ code: 'job-not-found' });
  });

  it('pipes of the host do not touch our bodies, and what its interceptors set is on our answers', async () => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), {
      platform,
      prepare: (app) => {
        const transform = () => {
          throw new BadRequestException('piped');
        };
        const intercept: NestInterceptor['intercept'] = (context, next) => {
          context.switchToHttp().getResponse().header('x-host', 'here');
          return next.handle();
        };
        app.useGlobalPipes({ transform }).useGlobalInterceptors({ intercept });
      },
    });
    const answer = await ask(`${nest.origin}/api/jobs`, { body: job });
    expect([answer.status, answer.headers.get('x-host')]).toEqual([201, 'here']);
  });

  it.each([
    ['URI', { type: VersioningType.URI, defaultVersion: '1' } as const, undefined, '/api/jobs', {}],
    ['URI, with a version of ours', { type: VersioningType.URI } as const, '2', '/v2/api/jobs', {}],
    ['header', { type: VersioningType.HEADER, header: 'x-version' } as const, undefined, '/api/jobs', {}],
    [
      'header that asks',
      { type: VersioningType.HEADER, header: 'x-version' } as const,
      undefined,
      '/api/jobs',
      { 'x-version': '7' },
    ],
    [
      'header, ours',
      { type: VersioningType.HEADER, header: 'x-version' } as const,
      '2',
      '/api/jobs',
      { 'x-version': '2' },
    ],
    [
      'media type',
      { type: VersioningType.MEDIA_TYPE, key: 'v=' } as const,
      '2',
      '/api/jobs',
      { accept: 'application/json;v=2' },
    ],
  ])(
    'versions of the host by %s find our routes, whose addresses work',
    async (_, versioning, version, path, headers) => {
      await using given = await options();
      const module = RunyardModule.forRoot({ ...given, ...(version !== undefined && { version }) });
      await using nest = await nestApp(module, { platform, prepare: (app) => app.enableVersioning(versioning) });
      const made = await ask(`${nest.origin}${path}`, { body: job, headers });
      expect(made.status).toBe(201);
      const { id } = (await made.json()) as { id: string };
      const started = await ask(`${nest.origin}${path}/${id}/start`, { body: {}, headers });
      const location = started.headers.get('location');
      expect(location).toMatch(new RegExp(`^${path.replace('/jobs', '/runs/')}`));
      expect((await ask(`${nest.origin}${location}`, { headers })).status).toBe(200);
      if (version !== undefined && versioning.type !== VersioningType.URI)
        expect((await ask(`${nest.origin}${path}`)).status).toBe(404);
    },
  );

  it('headers that the host has set, as for CORS, are on our answers', async () => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), {
      platform,
      prepare: (app) => app.enableCors({ origin: 'https://ui.example.com', credentials: true }),
    });
    const origin = { origin: 'https://ui.example.com' };
    const answer = await ask(`${nest.origin}/api/jobs`, { headers: origin });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin.origin]);
    const preflight = await fetch(`${nest.origin}/api/jobs`, {
      method: 'OPTIONS',
      headers: { ...origin, 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin.origin]);
  });

  it('a body that says JSON and is empty starts a job', async () => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), { platform });
    const { id } = (await (await ask(`${nest.origin}/api/jobs`, { body: job })).json()) as { id: string };
    const url = `${nest.origin}/api/jobs/${id}/start`;
    for (const headers of [{ 'content-type': 'application/json' }, { 'content-length': '0' }, {}] as Record<
      string,
      string
    >[])
      expect((await ask(url, { method: 'POST', headers })).status).toBe(200);
  });

  it.each([
    ['over the limit of its parser', 'x'.repeat(2 ** 20 + 1), 413],
    ['that is no JSON', '{"name"', 400],
  ])('a body %s is refused', async (_, command, status) => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), { platform });
    const body = status === 413 ? { ...job, command: [command] } : command;
    expect((await ask(`${nest.origin}/api/jobs`, { body })).status).toBe(status);
  });

  it('a body is ours to judge where the host lets more through', async () => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot({ ...given, limits: { requestBodyBytes: 1000 } }), {
      platform,
    });
    const answer = await ask(`${nest.origin}/api/jobs`, { body: { ...job, description: 'x'.repeat(1500) } });
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'body-too-large' }]);
  });

  it.each([
    ['without a type', undefined],
    ['of plain bytes', 'application/octet-stream'],
    ['of a type of JSON', 'application/vnd.host+json'],
    ['of a type of text', 'text/plain'],
  ])('a body %s is ours to judge', async (_, type) => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), { platform });
    const headers = { ...authorization, ...(type !== undefined && { 'content-type': type }) };
    const body = new TextEncoder().encode(JSON.stringify(job));
    const answer = await fetch(`${nest.origin}/api/jobs`, { method: 'POST', headers, body });
    expect(answer.status).toBe(201);
    const wrong = await fetch(`${nest.origin}/api/jobs`, { method: 'POST', headers, body: '{"name"' });
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { code: expect.any(String) }]);
  });

  it.each([
    ['with a query', '/api/jobs?page_size=1', 200],
    ['as a whole address', 'http://elsewhere.example/api/jobs?page_size=1', 200],
    ['as a whole address of something below', 'http://elsewhere.example/api/jobs/none/of/ours', 404],
    ['with an encoded slash in it', '/api/jobs/a%2Fb/c/d%2F', 404],
  ])('a path %s is found', async (_, path, status) => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), { platform });
    const [answer, body] = await rawly(nest.origin, { path });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      status,
      expect.stringContaining(status === 200 ? 'application/json' : 'application/problem+json'),
    ]);
    if (status === 404) expect(JSON.parse(body)).toMatchObject({ code: 'not-found' });
  });

  it.each([
    '/host/jobs/a%2Fb/start',
    '/host/jobs/a%2Fb%2Fc/start?x=/y',
    'http://elsewhere.example/host/jobs/a%25/start',
  ])('below a prefix of the host too, a path is counted as it was sent: %s', async (path) => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), {
      platform,
      prepare: (app) => app.setGlobalPrefix('host'),
    });
    const [answer] = await rawly(nest.origin, { path, method: 'PATCH' });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'POST, OPTIONS']);
  });

  it.each(['/api/jobs', '/api/jobs/an-id', '/api/healthz'])('OPTIONS of %s tells its methods', async (path) => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), { platform });
    const [answer] = await rawly(nest.origin, { path, method: 'OPTIONS' });
    expect([answer.statusCode, answer.headers.allow]).toEqual([204, expect.stringContaining('GET')]);
  });

  it.each(['ops', '/ops/', '/ops'])('the `basePath` %s is /ops', async (basePath) => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot({ ...given, basePath }), { platform });
    expect((await ask(`${nest.origin}/ops/jobs`)).status).toBe(200);
    const made = await ask(`${nest.origin}/ops/jobs`, { body: job });
    expect([made.status, made.headers.get('location')]).toEqual([201, expect.stringMatching('^/ops/jobs/')]);
  });

  it('a log streams line by line, and ends with the run', async () => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), { platform });
    const { id } = (await (await ask(`${nest.origin}/api/jobs`, { body: job })).json()) as { id: string };
    const { run } = (await (await ask(`${nest.origin}/api/jobs/${id}/start`, { body: {} })).json()) as {
      run: { id: string };
    };
    const log = await ask(`${nest.origin}/api/runs/${run.id}/logs`, { headers: { accept: 'text/event-stream' } });
    let text = '';
    for await (const chunk of log.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      // The first line comes while the job runs on.
      if (!text.includes('begun') && `${text}${chunk}`.includes('begun'))
        await ask(`${nest.origin}/api/runs/${run.id}/cancel`, { method: 'POST' });
      text += chunk;
    }
    expect(text).toContain('event: end');
  });

  it('several Runyards have each their own routes, below their names', async () => {
    await using given = await options();
    await using other = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), {
      platform,
      behind: [RunyardModule.forRoot({ ...other, name: 'batch' }) as never],
    });
    expect((await ask(`${nest.origin}/api/jobs`, { body: job })).status).toBe(201);
    const count = async (base: string) =>
      ((await (await ask(`${nest.origin}${base}/jobs`)).json()) as { jobs: unknown[] }).jobs.length;
    expect([await count('/api'), await count('/api/batch')]).toEqual([1, 0]);
  });

  it('two with one path are refused', async () => {
    await using given = await options();
    await using other = await options();
    const twice = nestApp(RunyardModule.forRoot(given), {
      platform,
      behind: [RunyardModule.forRoot({ ...other, name: 'batch', basePath: '/api' }) as never],
    });
    await expect(twice).rejects.toThrow('Two RunyardModules serve their routes below "/api"');
  });
});

describe('on fastify', () => {
  it('a slash at the end counts for nothing where the adapter says so', async () => {
    await using given = await options();
    const adapter = new FastifyAdapter({ routerOptions: { ignoreTrailingSlash: true } });
    const app = await NestFactory.create<NestFastifyApplication>(
      moduleOf({ imports: [RunyardModule.forRoot(given)] }),
      adapter,
      { logger: false, abortOnError: false },
    );
    await app.init();
    const { statusCode } = await app.inject({ method: 'GET', url: '/api/jobs/', headers: authorization });
    expect(statusCode).toBe(200);
    await app.close();
  });

  it('routes answer `app.inject()`, which opens no port', async () => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), { platform: 'fastify' });
    const app = nest.app as NestFastifyApplication;
    const made = await app.inject({ method: 'POST', url: '/api/jobs', headers: authorization, payload: job });
    expect([made.statusCode, made.json()]).toMatchObject([201, { name: 'job' }]);
    const { id } = made.json();
    const started = await app.inject({ method: 'POST', url: `/api/jobs/${id}/start`, headers: authorization });
    expect([started.statusCode, started.headers.location]).toEqual([200, expect.stringContaining('/api/runs/')]);
  });
});

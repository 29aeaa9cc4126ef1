import 'reflect-metadata';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  Module,
  type NestInterceptor,
  type Type,
  VersioningType,
} from '@nestjs/common';
import { createRunyard, type Runyard } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { RUNYARD, RunyardModule } from '../src/index.ts';
import { nestApp as appOf, authorization, options, platforms } from './support/nest-app.ts';

const get = (url: string, headers: Record<string, string> = authorization) => fetch(url, { headers });
const post = (url: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { ...authorization, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const job = { name: 'job', command: ['gated'] };
const started = async (base: string): Promise<{ answer: Response; run: { id: string } }> => {
  const { id } = (await (await post(`${base}/jobs`, job)).json()) as { id: string };
  const answer = await post(`${base}/jobs/${id}/start`);
  return { answer, run: ((await answer.json()) as { run: { id: string } }).run };
};

/** A module of the host with paths that are ours too. */
const theirModule = (path: string, paths = ['users', 'users/:id', 'groups/:id/members']): Type => {
  class TheirController {
    all(): string {
      return 'theirs';
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(TheirController.prototype, 'all');
  if (descriptor) Get(paths)(TheirController.prototype, 'all', descriptor);
  Controller(path)(TheirController);
  class TheirModule {}
  Module({ controllers: [TheirController] })(TheirModule);
  return TheirModule;
};

describe.each(platforms)('the routes of RunyardModule on %s', (platform) => {
  const nestApp: typeof appOf = (runyard, given) => appOf(runyard, { platform, ...given });

  it.each([
    ['no global prefix', undefined, undefined, '/api'],
    ['a global prefix', 'ops', undefined, '/ops'],
    ['a prefix of two parts', 'a/b', undefined, '/a/b'],
    ['a base path and no prefix', undefined, '/scheduler', '/scheduler'],
    ['both', 'ops', '/scheduler', '/ops/scheduler'],
  ])('with %s answer below it, and tell addresses that work', async (_name, prefix, basePath, base) => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given, basePath === undefined ? {} : { basePath }), {
      prepare: (app) => {
        if (prefix !== undefined) app.setGlobalPrefix(prefix);
      },
    });
    const { answer, run } = await started(`${nest.origin}${base}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([200, `${base}/runs/${run.id}`]);
    expect((await get(`${nest.origin}${base}/runs/${run.id}`)).status).toBe(200);
    expect((await get(`${nest.origin}${base}/healthz`, {})).status).toBe(200);
    expect((await get(`${nest.origin}${base}/jobs`, {})).status).toBe(401);
    expect(await (await get(`${nest.origin}${base}/jobs/nonsense`)).json()).toMatchObject({ code: 'job-not-found' });
    expect((await get(`${nest.origin}${base}/theirs`)).status).toBe(404);
  });

  it('are there under URI versioning too', async () => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), {
      prepare: (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
    });
    expect((await get(`${nest.origin}/api/jobs`)).status).toBe(200);
  });

  it("are behind the host's guards and interceptors, and `authenticate` sees what these left on the request", async () => {
    const seen: string[] = [];
    const guard: CanActivate = {
      canActivate: (context: ExecutionContext) => {
        const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; user?: object }>();
        request.user = { id: request.headers['x-user'] };
        return request.headers['x-user'] !== undefined;
      },
    };
    const interceptor: NestInterceptor = {
      intercept: (context, next) => {
        seen.push(context.getHandler().name);
        return next.handle();
      },
    };
    await using given = await options();
    const authenticate = (_: Request, native: { req?: unknown }) => {
      const { user } = native.req as { user: { id: string } };
      return { kind: 'user' as const, id: user.id };
    };
    await using nest = await nestApp(RunyardModule.forRoot(given, { authenticate }), {
      prepare: (app) => app.useGlobalGuards(guard).useGlobalInterceptors(interceptor),
    });
    expect((await get(`${nest.origin}/api/jobs`)).status).toBe(403);
    const made = await post(`${nest.origin}/api/jobs`, job, { 'x-user': 'alice' });
    expect([made.status, await made.json()]).toMatchObject([201, { owner: { id: 'user:alice' } }]);
    expect(seen).toEqual(['createJob']);
  });

  it.each([
    [false, undefined, 'theirs'],
    [true, undefined, 'ours'],
    [false, 'a/b', 'theirs'],
  ])('with directory: %s and prefix %s, users and groups at the same path are %s', async (directory, prefix, whose) => {
    await using given = await options();
    const making = nestApp(RunyardModule.forRoot({ ...given, directory }), {
      behind: [theirModule(prefix === undefined ? 'api' : '')],
      prepare: (app) => {
        if (prefix !== undefined) app.setGlobalPrefix(prefix);
      },
    });
    // Express takes the first of two routes with one path; Fastify has only one.
    if (directory && platform === 'fastify') {
      await expect(making).rejects.toThrow(/already declared .*users/);
      return;
    }
    await using nest = await making;
    const base = `${nest.origin}/${prefix ?? 'api'}`;
    const whoseIs = async (path: string): Promise<string> => {
      const text = await (await get(`${base}${path}`)).text();
      return text === 'theirs' ? text : 'ours';
    };
    for (const path of ['/users', '/users?page=2', '/users/7', '/groups/7/members'])
      expect([path, await whoseIs(path)]).toEqual([path, whose]);
    for (const path of ['/users/me', '/jobs', '/git_credentials', '/webhooks'])
      expect([path, await whoseIs(path)]).toEqual([path, 'ours']);
    // Nobody's at all.
    expect((await get(`${base}/tokens`)).status).toBe(directory ? 200 : 404);
  });

  it('with `saturn: false` leave everything to the host that only clients of the published API ask for', async () => {
    const theirs = ['user', 'user/owners', 'limits', 'orgs', 'recipes', 'recipes/job/x', 'active/pods', 'images'];
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot({ ...given, saturn: false }), {
      behind: [theirModule('api', theirs)],
    });
    for (const path of theirs)
      expect([path, await (await get(`${nest.origin}/api/${path}`)).text()]).toEqual([path, 'theirs']);
    expect((await post(`${nest.origin}/api/auth/token`, {})).status).toBe(404);
    expect((await get(`${nest.origin}/api/jobs`)).status).toBe(200);
  });

  it('are not made without any way to authenticate', async () => {
    await using given = await options();
    const { tokens: _, ...open } = given;
    await expect(nestApp(RunyardModule.forRoot(open))).rejects.toMatchObject({ code: 'no-authentication' });
  });

  it('can be left out', async () => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given, { routes: false }));
    expect((await get(`${nest.origin}/api/jobs`)).status).toBe(404);
    expect(await nest.app.get<Runyard>(RUNYARD).jobs.list()).toMatchObject({ items: [] });
  });
});

describe('the Runyard of RunyardModule', () => {
  const nestApp = appOf;

  it('is injected, starts when the application is ready, and is closed with it', async () => {
    await using given = await options();
    class Boot {
      readonly runyard: Runyard;
      constructor(runyard: Runyard) {
        this.runyard = runyard;
      }
      async onModuleInit(): Promise<void> {
        await this.runyard.jobs.apply({ name: 'nightly', command: ['gated'] });
      }
    }
    Injectable()(Boot);
    Inject(RUNYARD)(Boot, undefined, 0);
    const nest = await nestApp(RunyardModule.forRoot(given), { providers: [Boot] });
    const runyard = nest.app.get<Runyard>(RUNYARD);
    expect(nest.app.get(Boot).runyard).toBe(runyard);
    expect((await runyard.jobs.list()).items).toHaveLength(1);
    const running = new Promise((resolve) => runyard.once('run.running', resolve));
    await runyard.jobs.start((await runyard.jobs.list()).items[0]?.id ?? '');
    await running;
    await nest.app.close();
    expect(await runyard.health()).toMatchObject({ status: 'closed' });
  });

  it('waits for `start()` with `autoStart: false`', async () => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot({ ...given, autoStart: false }));
    const runyard = nest.app.get<Runyard>(RUNYARD);
    const { id } = await runyard.jobs.create(job);
    const run = await runyard.jobs.start(id);
    expect((await runyard.runs.get(run.id)).state).toBe('queued');
    const running = new Promise((resolve) => runyard.once('run.running', resolve));
    await runyard.start();
    await running;
  });

  it('is made of injected settings by forRootAsync', async () => {
    await using given = await options();
    const SETTINGS = Symbol('settings');
    class SettingsModule {}
    Module({ providers: [{ provide: SETTINGS, useValue: given }], exports: [SETTINGS] })(SettingsModule);
    const module = RunyardModule.forRootAsync({
      imports: [SettingsModule],
      inject: [SETTINGS],
      useFactory: (settings: typeof given) => settings,
    });
    await using nest = await nestApp(module);
    expect((await get(`${nest.origin}/api/jobs`)).status).toBe(200);
  });

  it("that is the host's own stays open when the application closes", async () => {
    await using given = await options();
    await using runyard = await createRunyard(given);
    const nest = await nestApp(RunyardModule.forRootAsync({ useFactory: async () => runyard }));
    expect(nest.app.get<Runyard>(RUNYARD)).toBe(runyard);
    expect((await get(`${nest.origin}/api/jobs`)).status).toBe(200);
    await nest.app.close();
    expect(await runyard.health()).toMatchObject({ status: 'ok' });
  });

  it.each(platforms)('does not keep the application from closing while a log is followed, on %s', async (platform) => {
    await using given = await options();
    const nest = await nestApp(RunyardModule.forRoot(given), { platform });
    const { run } = await started(`${nest.origin}/api`);
    const events = await get(`${nest.origin}/api/runs/${run.id}/logs`, {
      ...authorization,
      accept: 'text/event-stream',
    });
    const text = events.text();
    await nest.app.close();
    expect(await text).not.toContain('event: end');
  });
});

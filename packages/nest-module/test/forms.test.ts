import 'reflect-metadata';
import { Inject, Injectable } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { type Authenticate, createRunyard, processExecutor, type Runyard, type RunyardOptions } from '@runyard/core';
import { testRunyard } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { getRunyardToken, InjectRunyard, Job, RUNYARD, RunyardModule } from '../src/index.ts';
import { moduleOf } from './support/module-of.ts';
import { authorization, nestApp, options } from './support/nest-app.ts';

const none = { routes: false };

describe('RunyardModule', () => {
  it('takes the options of createRunyard and its own in one object', async () => {
    await using given = await options();
    await using nest = await nestApp(RunyardModule.forRoot({ ...given, basePath: '/scheduler' }));
    expect((await fetch(`${nest.origin}/scheduler/healthz`)).status).toBe(200);
  });

  it('finds options out by a class of the host, also by one that is there already', async () => {
    await using given = await options();
    class Settings {
      createRunyardOptions(): RunyardOptions {
        return given;
      }
    }
    const there = moduleOf({ providers: [Settings], exports: [Settings] });
    for (const how of [{ useClass: Settings }, { useExisting: Settings, imports: [there] }]) {
      await using nest = await nestApp(RunyardModule.forRootAsync({ ...how, ...none }));
      expect(await nest.app.get<Runyard>(RUNYARD).health()).toMatchObject({ status: 'ok' });
    }
  });

  it('is injected by name, each Runyard as itself', async () => {
    await using given = await options();
    await using other = await options();
    @Injectable()
    class Both {
      @InjectRunyard() readonly runyard!: Runyard;
      @InjectRunyard('batch') readonly batch!: Runyard;
    }
    const batch = RunyardModule.forRootAsync({ name: 'batch', ...none, useFactory: () => other });
    await using nest = await nestApp(RunyardModule.forRoot(given, none), {
      behind: [moduleOf({ imports: [batch] })],
      providers: [Both],
    });
    const { runyard, batch: second } = nest.app.get(Both);
    expect(runyard).toBe(nest.app.get(getRunyardToken()));
    expect(second).toBe(nest.app.get(getRunyardToken('batch')));
    expect(second).not.toBe(runyard);
  });

  it('gives each of several the jobs that name it', async () => {
    class Jobs {
      @Job()
      here(): void {}
      @Job({ runyard: 'batch' })
      there(): void {}
    }
    await using given = await options();
    await using other = await options();
    const batch = RunyardModule.forRoot({ ...other, name: 'batch' }, none);
    await using nest = await nestApp(RunyardModule.forRoot(given, none), {
      behind: [moduleOf({ imports: [batch] })],
      providers: [Jobs],
    });
    const namesOf = async (name?: string) =>
      (await nest.app.get<Runyard>(getRunyardToken(name)).jobs.list()).items.map(({ spec }) => spec.name);
    expect([await namesOf(), await namesOf('batch')]).toEqual([['Jobs.here'], ['Jobs.there']]);
  });

  it.each([undefined, 'batch'])('is refused where two are of one name, %s', async (name) => {
    await using given = await options();
    await using other = await options();
    const twice = nestApp(RunyardModule.forRoot({ ...given, ...(name && { name }) }, none), {
      behind: [moduleOf({ imports: [RunyardModule.forRoot({ ...other, ...(name && { name }) }, none)] })],
    });
    await expect(twice).rejects.toThrow(
      name ? 'Two RunyardModules are called "batch"' : 'Two RunyardModules are without a name',
    );
    await using _next = await createRunyard(given);
  });

  it.each(['forRoot', 'forRootAsync'] as const)('lets in who has a token beside `authenticate`, by %s', async (how) => {
    await using given = await options();
    const authenticate: Authenticate = (request) =>
      request.headers.has('x-staff') ? { kind: 'user', id: 'staff', groups: [], admin: true } : null;
    const module =
      how === 'forRoot'
        ? RunyardModule.forRoot({ ...given, authenticate })
        : RunyardModule.forRootAsync({ authenticate, useFactory: () => given });
    await using nest = await nestApp(module);
    const statusFor = async (headers: Record<string, string>) =>
      (await fetch(`${nest.origin}/api/jobs`, { headers })).status;
    expect([await statusFor(authorization), await statusFor({ 'x-staff': 'yes' }), await statusFor({})]).toEqual([
      200, 200, 401,
    ]);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('warns where the host has started (%s) its own Runyard before its methods are known', async (autoStart, count) => {
    class Jobs {
      @Job()
      job(): void {}
    }
    const warnings: string[] = [];
    await using given = await options();
    await using runyard = await createRunyard({ ...given, autoStart });
    const app = await NestFactory.createApplicationContext(
      moduleOf({ imports: [RunyardModule.forRoot(runyard, none)], providers: [Jobs] }),
      { logger: { log: () => {}, error: () => {}, warn: (message: string) => warnings.push(message) } },
    );
    expect(warnings.filter((warning) => warning.includes('started before the methods of @Job'))).toHaveLength(count);
    await app.close();
  });

  it('is only there for who imports it with `isGlobal: false`', async () => {
    await using given = await options();
    class Stranger {
      @Inject(RUNYARD) readonly runyard!: Runyard;
    }
    const hidden = moduleOf({ imports: [RunyardModule.forRoot({ ...given, isGlobal: false }, none)] });
    await expect(
      NestFactory.createApplicationContext(moduleOf({ imports: [hidden], providers: [Stranger] }), {
        logger: false,
        abortOnError: false,
      }),
    ).rejects.toThrow(/resolve dependencies of the Stranger/);
  });

  it('serves an application without HTTP', async () => {
    class Jobs {
      ran = false;
      @Job()
      job(): void {
        this.ran = true;
      }
    }
    await using given = await options();
    const app = await NestFactory.createApplicationContext(
      moduleOf({ imports: [RunyardModule.forRoot(given)], providers: [Jobs] }),
      { logger: false },
    );
    const { jobs, runs } = app.get<Runyard>(RUNYARD);
    const [job] = (await jobs.list()).items;
    expect(await runs.wait((await jobs.start(job?.id ?? '')).id)).toMatchObject({ state: 'succeeded' });
    expect(app.get(Jobs).ran).toBe(true);
    await app.close();
  });

  it("tells what is missing where the host's own Runyard calls no functions", async () => {
    class Jobs {
      @Job()
      job(): void {}
    }
    await using given = await options();
    await using runyard = await createRunyard({ ...given, executors: { process: processExecutor() } });
    await expect(nestApp(RunyardModule.forRoot(runyard, none), { providers: [Jobs] })).rejects.toMatchObject({
      code: 'unknown-executor',
      message: expect.stringContaining('@Job on Jobs.job: '),
    });
  });

  it('opens no store where a test overrides it, and closes nothing that is not its own', async () => {
    await using test = await testRunyard();
    const module = moduleOf({ imports: [RunyardModule.forRoot({ dataDir: '/proc/cannot-be', ...none })] });
    const testing = await Test.createTestingModule({ imports: [module] })
      .overrideProvider(getRunyardToken())
      .useValue(test.runyard)
      .compile();
    await testing.init();
    expect(testing.get(RUNYARD)).toBe(test.runyard);
    await testing.close();
    expect(await test.runyard.health()).toMatchObject({ status: 'ok' });
  });

  it('has the routes of the Runyard that it has, also where one module is in several applications', async () => {
    await using given = await options();
    const module = RunyardModule.forRoot({ ...given, directory: true });
    const statusOf = async (runyard: Runyard): Promise<number> => {
      const testing = await Test.createTestingModule({ imports: [module] })
        .overrideProvider(RUNYARD)
        .useValue(runyard)
        .compile();
      const app = testing.createNestApplication();
      await app.listen(0, '127.0.0.1');
      const { status } = await fetch(`${await app.getUrl()}/api/tokens`);
      await app.close();
      return status;
    };
    await using withPeople = await testRunyard({ directory: true });
    await using without = await testRunyard({ authenticate: () => null });
    expect([await statusOf(withPeople.runyard), await statusOf(without.runyard)]).toEqual([401, 404]);
  });

  it.each([
    ['that cannot be', { schedule: { cron: 'never' } }, 'invalid-cron'],
    ['of a Runyard that is not there', { runyard: 'other' }, 'invalid-option'],
  ])('lets its store go where a job %s keeps the application from starting', async (_, of, code) => {
    class Jobs {
      @Job(of)
      job(): void {}
    }
    await using given = await options();
    const app = NestFactory.createApplicationContext(
      moduleOf({ imports: [RunyardModule.forRoot(given)], providers: [Jobs] }),
      { logger: false, abortOnError: false },
    );
    await expect(app).rejects.toMatchObject({ code });
    await using _next = await createRunyard(given);
  });
});

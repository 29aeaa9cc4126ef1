import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createRunyard, type FunctionContext, functionExecutor, type Runyard } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { Job, RUNYARD, RunyardModule } from '../src/index.ts';
import { moduleOf } from './support/module-of.ts';
import { options } from './support/nest-app.ts';

const none = { routes: false };

/** An application without HTTP, not yet initialized. */
const contextOf = (imports: Parameters<typeof moduleOf>[0]['imports'], providers: Type[]) =>
  NestFactory.createApplicationContext(moduleOf({ ...(imports && { imports }), providers }), {
    logger: false,
    abortOnError: false,
  });

const startOnly = async (runyard: Runyard): Promise<string> => {
  const [job] = (await runyard.jobs.list()).items;
  return (await runyard.jobs.start(job?.id ?? '')).id;
};

/** What a run begun by `startOnly` has come to. */
const running = (runyard: Runyard): Promise<unknown> => new Promise((resolve) => runyard.once('run.running', resolve));

describe('the life of a method', () => {
  it.each([
    ['a global module', {}],
    ['one of its own module', { isGlobal: false }],
  ])('begins, in %s, when each provider is bootstrapped, also where its run waits already', async (_, given) => {
    await using fresh = await options();
    const lines: string[] = [];
    @Injectable()
    class Reports {
      isReady = false;
      async onApplicationBootstrap(): Promise<void> {
        await pause(20);
        this.isReady = true;
      }
      @Job()
      write(): void {
        lines.push(`ready: ${this.isReady}`);
      }
    }
    const module = RunyardModule.forRoot({ ...fresh, autoStart: false, ...given }, none);
    const before = await contextOf([module], [Reports]);
    const id = await startOnly(before.get(RUNYARD));
    await before.close();
    const after = await contextOf([RunyardModule.forRoot({ ...fresh, ...given }, none)], [Reports]);
    expect(await after.get<Runyard>(RUNYARD).runs.wait(id)).toMatchObject({ state: 'succeeded' });
    expect(lines).toEqual(['ready: true']);
    await after.close();
  });

  it("begins then on the host's own Runyard too, which runs already", async () => {
    await using given = await options();
    await using runyard = await createRunyard({ ...given, executors: { function: functionExecutor() } });
    const lines: string[] = [];
    let waiting: Promise<unknown> = Promise.resolve();
    @Injectable()
    class Reports {
      isReady = false;
      async onApplicationBootstrap(): Promise<void> {
        const begun = running(runyard);
        const id = await startOnly(runyard);
        waiting = runyard.runs.wait(id);
        await begun;
        this.isReady = true;
      }
      @Job()
      write(): void {
        lines.push(`ready: ${this.isReady}`);
      }
    }
    const app = await contextOf([RunyardModule.forRoot(runyard, none)], [Reports]);
    expect(await waiting).toMatchObject({ state: 'succeeded' });
    expect(lines).toEqual(['ready: true']);
    await app.close();
  });

  it.each([
    ['a global module', {}],
    ['one of its own module', { isGlobal: false }],
  ])('ends, in %s, before any provider is destroyed; the store is there until they are', async (_, given) => {
    await using fresh = await options();
    const lines: string[] = [];
    class Database {
      isOpen = true;
      onModuleDestroy(): void {
        this.isOpen = false;
        lines.push('destroyed');
      }
    }
    @Injectable()
    class Reports {
      readonly database = new Database();
      runyard: Runyard | undefined;
      onModuleDestroy(): void {
        this.database.onModuleDestroy();
      }
      async beforeApplicationShutdown(): Promise<void> {
        // Nobody launches it any more.
        const id = await startOnly(this.runyard as Runyard);
        await pause(20);
        lines.push(`${(await this.runyard?.runs.get(id))?.state}`);
      }
      @Job()
      write({ signal }: FunctionContext): Promise<void> {
        return new Promise((resolve) => {
          signal.addEventListener('abort', async () => {
            await pause(20); // as one that has something to put away
            lines.push(`asked to end, open: ${this.database.isOpen}`);
            resolve();
          });
        });
      }
    }
    const app = await contextOf([RunyardModule.forRoot({ ...fresh, ...given }, none)], [Reports]);
    const runyard = app.get<Runyard>(RUNYARD);
    app.get(Reports).runyard = runyard;
    const begun = running(runyard);
    const id = await startOnly(runyard);
    await begun;
    await app.close();
    expect(lines).toEqual(['asked to end, open: true', 'destroyed', 'queued']);
    expect(await runyard.health()).toMatchObject({ status: 'closed' });
    await using next = await createRunyard({ ...fresh, autoStart: false });
    expect(await next.runs.get(id)).toMatchObject({ state: 'succeeded', failures: 0 });
  });
});

it('an application without a server needs nobody who can authenticate', async () => {
  await using given = await options();
  const { tokens: _, ...open } = given;
  const app = await contextOf([RunyardModule.forRoot(open)], []);
  expect(await app.get<Runyard>(RUNYARD).health()).toMatchObject({ status: 'ok' });
  await app.close();
});

describe('a start that fails', () => {
  it.each([
    ['that nobody can authenticate', { tokens: undefined }, {}, 'no-authentication'],
    ['a `basePath` that is none', {}, { basePath: '/a b' }, 'invalid-option'],
  ])('for %s lets the data directory go', async (_, wrong, module, code) => {
    await using given = await options();
    const { tokens, ...open } = given;
    const source = 'tokens' in wrong ? open : { ...open, ...(tokens && { tokens }) };
    const app = await NestFactory.create(moduleOf({ imports: [RunyardModule.forRoot(source, module)] }), {
      logger: false,
      abortOnError: false,
    });
    await expect(app.init()).rejects.toMatchObject({ code });
    await using _next = await createRunyard(given);
  });
});

import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, type INestApplication, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { functionExecutor, memoryStore, mintToken, type RunyardOptions } from '@runyard/core';

const { token, record } = mintToken({ name: 'tester', scopes: ['admin'] });

/** `Authorization` for every Runyard made of `options`. */
export const authorization = { authorization: `token ${token}` };

/** Options of a Runyard whose job `gated` stays until it is stopped. */
export const options = async (): Promise<RunyardOptions & AsyncDisposable> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-nest-'));
  const gated = ({ signal, log }: { signal: AbortSignal; log(line: string): void }): Promise<void> => {
    log('begun');
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  const given: RunyardOptions = {
    dataDir,
    store: memoryStore(),
    executors: { function: functionExecutor({ functions: { gated } }) },
    tokens: [record],
  };
  // Not a field: Runyard refuses options that it does not know.
  return Object.defineProperty(given, Symbol.asyncDispose, {
    value: () => rm(dataDir, { recursive: true, force: true }),
  }) as RunyardOptions & AsyncDisposable;
};

export type Platform = 'express' | 'fastify';
export const platforms: readonly Platform[] = ['express', 'fastify'];

interface AppOptions {
  /** Default `express`. */
  platform?: Platform;
  providers?: Type[];
  /** Modules of the host whose routes come behind ours. */
  behind?: Type[];
  /** Before it listens: prefix, guards, versioning. */
  prepare?(app: INestApplication): void;
}

/** A Nest application on 127.0.0.1 that is closed at the end of the block. */
export const nestApp = async (
  runyard: DynamicModule,
  { platform = 'express', providers = [], behind = [], prepare }: AppOptions = {},
) => {
  class AppModule {}
  Module({ imports: [runyard, ...behind], providers })(AppModule);
  const given = { logger: false, abortOnError: false } as const;
  const app =
    platform === 'fastify'
      ? await NestFactory.create(AppModule, new FastifyAdapter(), given)
      : await NestFactory.create(AppModule, given);
  prepare?.(app);
  await app.listen(0, '127.0.0.1').catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  return { app, origin: await app.getUrl(), [Symbol.asyncDispose]: () => app.close() };
};

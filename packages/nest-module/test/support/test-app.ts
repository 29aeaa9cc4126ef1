import 'reflect-metadata';
import type { ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { type TestRunyardOptions, testRunyard } from '@runyard/core/testing';
import { getRunyardToken, RunyardModule, type RunyardModuleOptions } from '../../src/index.ts';
import { moduleOf } from './module-of.ts';

interface TestAppOptions extends TestRunyardOptions {
  module?: RunyardModuleOptions;
  providers?: ModuleMetadata['providers'];
  controllers?: ModuleMetadata['controllers'];
  /** Of an application before it, whose jobs this one finds. */
  test?: Awaited<ReturnType<typeof testRunyard>>;
}

/** An application of these providers on a Runyard of a test, which would open nothing by itself. */
export const testApp = async ({ module, providers = [], controllers = [], test, ...options }: TestAppOptions) => {
  const faults: string[] = [];
  const t = test ?? (await testRunyard(options));
  const imports = [RunyardModule.forRoot({ dataDir: '/proc/never-opened', ...module, routes: false })];
  const compiled = await Test.createTestingModule({ imports: [moduleOf({ imports, providers, controllers })] })
    .overrideProvider(getRunyardToken(module?.name))
    .useValue(t.runyard)
    .setLogger({ log: () => {}, warn: () => {}, error: (message: string) => faults.push(message) })
    .compile();
  const close = async (): Promise<void> => {
    try {
      await compiled.close();
    } finally {
      if (!test) await t[Symbol.asyncDispose]();
    }
  };
  try {
    await compiled.init();
  } catch (error) {
    // Nest 11 rejects once more with what the start was rejected with.
    await close().catch(() => {});
    throw error;
  }
  return { ...t, app: compiled, faults, [Symbol.asyncDispose]: close };
};

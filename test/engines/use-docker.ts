import { afterAll, beforeAll } from 'vitest';
import { type DockerEngine, type DockerOptions, startDocker } from './docker-engine.ts';

export { type DockerEngine, dockerRuns, startDocker } from './docker-engine.ts';

/** An engine for the tests of one file. Call it once in a `describe` that is skipped where `dockerRuns` is false. */
export const useDocker = (options: DockerOptions = {}): (() => DockerEngine) => {
  let engine: DockerEngine | undefined;
  beforeAll(async () => {
    engine = await startDocker(options);
  }, 120_000);
  afterAll(() => engine?.[Symbol.asyncDispose](), 120_000);
  return () => {
    if (!engine) throw new Error('the engine is started before the first test, not before');
    return engine;
  };
};

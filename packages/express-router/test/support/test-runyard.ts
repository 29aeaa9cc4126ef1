import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRunyard,
  type FunctionContext,
  functionExecutor,
  memoryStore,
  mintToken,
  type Runyard,
} from '@runyard/core';

/** A Runyard whose job `gated` stays until it is stopped. */
export interface TestRunyard extends AsyncDisposable {
  runyard: Runyard;
  token: string;
  /** What the run's function was given, once it runs. */
  contextOf(runId: string): Promise<FunctionContext>;
}

export const testRunyard = async ({ withTokens = true, directory = false } = {}): Promise<TestRunyard> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-express-'));
  const { token, record } = mintToken({ name: 'tester', scopes: ['admin'] });
  const contexts = new Map<string, PromiseWithResolvers<FunctionContext>>();
  const contextOf = (runId: string): PromiseWithResolvers<FunctionContext> => {
    const known = contexts.get(runId) ?? Promise.withResolvers<FunctionContext>();
    contexts.set(runId, known);
    return known;
  };
  const gated = (context: FunctionContext): Promise<void> => {
    contextOf(context.runId).resolve(context);
    return new Promise((resolve) => context.signal.addEventListener('abort', () => resolve()));
  };
  const runyard = await createRunyard({
    dataDir,
    store: memoryStore(),
    executors: { function: functionExecutor({ functions: { gated } }) },
    directory,
    ...(withTokens && { tokens: [record] }),
  });
  return {
    runyard,
    token,
    contextOf: (runId) => contextOf(runId).promise,
    [Symbol.asyncDispose]: async () => {
      await runyard.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
import { describeExecutor } from '../src/testing/describe-executor/describe-executor.ts';
import { scriptLaunch } from '../src/testing/describe-executor/script-launch.ts';
import { hostWith } from './fixtures/launch.ts';

// The threads of modules, seen from outside.
const threads = new Set<Worker>();
const count = (thread: Worker): void => {
  threads.add(thread);
  thread.once('exit', () => threads.delete(thread));
};
beforeAll(() => {
  process.on('worker', count);
});
afterAll(() => {
  process.off('worker', count);
});

describe('the function executor keeps the rules of the port', () => {
  describeExecutor({
    describe,
    it,
    expect,
    durable: false,
    skip: [
      // It has no names in an engine, no workspace, no shell, no processes, and cannot be away from itself.
      'something of the same name that is not ours is a conflict and is not touched',
      'sources are checked out where they say before anything runs',
      'a source that fails ends the preparation as it says, and leaves nothing',
      'a late preparer does not disturb the newer preparation, and starts nothing',
      'stopping ends the whole tree, also what went into a session of its own',
      'a death by signal is told with its name',
      'a failing start script is named as the phase',
      'a working directory that is not there could never run as asked',
      'what the start script exports, the command sees',
      'secrets arrive as variables and as files, and are not in the handle',
      'while the engine cannot be asked, no verb has an answer: nothing is missing, lost, stopped or removed',
      'an outage while it is waited for is not its outcome',
      'what took the place of an attempt is a stranger: no verb touches it, and the attempt is lost',
    ],
    create: async () => {
      const executor = functionExecutor({ modules: { deed: new URL('./fixtures/deed-module.ts', import.meta.url) } });
      return {
        executor: executor(hostWith()),
        launch: ({ deed, ...job }) => ({
          ...scriptLaunch({ deed, ...job }),
          spec: { name: 'deed', args: [JSON.stringify(deed)] },
        }),
        input: { command: ['deed'] },
        alive: async () => threads.size,
        async dispose() {},
      };
    },
  });
});

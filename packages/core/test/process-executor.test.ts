import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processExecutor } from '../src/adapters/process-executor/process-executor.ts';
import { describeExecutor } from '../src/testing/describe-executor/describe-executor.ts';
import { scriptLaunch } from '../src/testing/describe-executor/script-launch.ts';
import { carriers, removeAll } from './support/process-attempts.ts';
import { temporaryHost } from './temporary-host.ts';

describe.skipIf(process.platform === 'win32')('the process executor keeps the rules of the port', () => {
  describeExecutor({
    describe,
    it,
    expect,
    create: async () => {
      const host = await temporaryHost();
      const executor = processExecutor()(host);
      await executor.place(new AbortController().signal);
      return {
        executor,
        another: async () => processExecutor()(host),
        launch: scriptLaunch,
        alive: async (key) => (await carriers(key)).length,
        async occupy({ key, installation }) {
          const name = join(host.dataDir, 'attempts', installation, `${key}.0123456789abcdef`);
          await mkdir(join(name, '..'), { recursive: true });
          await symlink('/etc', name);
          return { untouched: async () => (await readdir(name)).includes('passwd') };
        },
        async dispose() {
          await removeAll(host);
          await rm(host.dataDir, { recursive: true, force: true });
        },
      };
    },
  });
});

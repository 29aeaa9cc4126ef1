import { describe, expect, it } from 'vitest';
import { fileLogStore } from '../src/adapters/file-log-store/file-log-store.ts';
import { describeLogStore } from '../src/testing/describe-log-store/describe-log-store.ts';
import { temporaryHost } from './temporary-host.ts';

describe('fileLogStore', () => {
  // Instances that share a directory: each has a host of its own.
  describeLogStore({
    describe,
    it,
    expect,
    create: async () => {
      const [host, other] = [await temporaryHost(), await temporaryHost()];
      const open = fileLogStore({ dir: `${host.dataDir}/shared` });
      return {
        store: open(host),
        beside: async () => open(other),
        dispose: async () => {
          await host[Symbol.asyncDispose]();
          await other[Symbol.asyncDispose]();
        },
      };
    },
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, functionExecutor, memoryStore, mintToken, type Runyard } from '@runyard/core';
import type { Door, OpenDoor } from './door.ts';

export interface Mounted extends AsyncDisposable, Pick<Door, 'refuses'> {
  server: Server;
}

/** A host of a framework, on the packages as they are built. */
export const mountedDoor =
  (mount: (runyard: Runyard) => Promise<Mounted>): OpenDoor =>
  async ({ options, functions }) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'runyard-door-'));
    const { token, record } = mintToken({ name: 'tester', scopes: ['admin'] });
    const executors = { function: functionExecutor({ functions }) };
    const runyard = await createRunyard({ ...options, dataDir, store: memoryStore(), executors, tokens: [record] });
    const mounted = await mount(runyard);
    return {
      runyard,
      server: mounted.server,
      token,
      ...(mounted.refuses && { refuses: mounted.refuses }),
      async [Symbol.asyncDispose]() {
        mounted.server.closeAllConnections();
        await mounted[Symbol.asyncDispose]();
        await runyard.close();
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  };

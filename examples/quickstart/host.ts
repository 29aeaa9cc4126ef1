import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createRunyard, gitSource, mintToken, type Runyard, type TokenRecord } from '@runyard/core';
import { runyardRouter } from '@runyard/express-router';
import express from 'express';

export interface DemoHost extends AsyncDisposable {
  runyard: Runyard;
  url: string;
  token: string;
}

/** An Express service as readers have one, with Runyard mounted in it: embedded defaults, SQLite and local processes. */
export const startHost = async (dataDir: string, port: number): Promise<DemoHost> => {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const { token, record } = await keptToken(join(dataDir, 'demo-token.json'));
  const runyard = await createRunyard({
    dataDir,
    tokens: [record],
    // Only because the demonstration's repository is a folder of this machine.
    source: gitSource({ allowFileUrls: true }),
    logger: { debug: () => {}, info: () => {}, warn: complain, error: complain },
  });

  const app = express();
  app.use(runyardRouter(runyard));
  const server = app.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: chosen } = server.address() as AddressInfo;
  return {
    runyard,
    url: `http://127.0.0.1:${chosen}`,
    token,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await runyard.close();
    },
  };
};

// Kept between starts, so that a curl line from before still works.
const keptToken = async (file: string): Promise<{ token: string; record: TokenRecord }> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as { token: string; record: TokenRecord };
  } catch {
    const minted = mintToken({ name: 'quickstart', scopes: ['jobs:read', 'jobs:write', 'jobs:start'] });
    await writeFile(file, JSON.stringify(minted), { mode: 0o600 });
    return minted;
  }
};

const complain = (fields: object, message: string): void => console.error('runyard:', message, fields);

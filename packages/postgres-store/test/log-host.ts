// A host process: `node log-host.ts <postgres url> <schema> <data directory> <executor>`. Serves the HTTP API, and tells its parent where.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRunyard, processExecutor } from '@runyard/core';
import { createHttpApp, nodeHandler } from '@runyard/core/http';
import { postgresStore } from '../src/index.ts';

const [connectionString = '', schema = '', dataDir = '', executor = ''] = process.argv.slice(2);
const runyard = await createRunyard({
  dataDir,
  store: postgresStore({ connectionString, schema }),
  executors: { [executor]: processExecutor() },
  authenticate: () => ({ kind: 'user', id: 'somebody', admin: true }),
});
const app = createHttpApp(runyard);
const handle = nodeHandler(app);
const server = createServer((request, response) => void handle(request, response));
await once(server.listen(0, '127.0.0.1'), 'listening');
process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api`);

process.once('message', async () => {
  app.close();
  await runyard.close();
  server.close();
  server.closeAllConnections();
  process.disconnect?.();
});

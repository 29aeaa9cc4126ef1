import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Not our agent: answers everything with this status. */
export const strangeServer = async (status: number): Promise<AsyncDisposable & { url: string }> => {
  const server = createServer((_, response) => response.writeHead(status).end('<h1>Sorry</h1>'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

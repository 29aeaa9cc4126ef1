import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that refuses whoever wants to fetch, and quotes what he came with: git repeats that. */
export const tellingGitServer = async (): Promise<AsyncDisposable & { url: string }> => {
  const server = createServer(({ headers: { authorization } }, response) => {
    if (authorization === undefined) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const plain = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString('utf8');
    response.writeHead(403, { 'content-type': 'text/plain' }).end(`You are not ${plain}\n(${authorization})\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/team/reports.git`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpApp, nodeHandler } from '@runyard/core/http';
import type { Framework } from './framework.ts';

/** Node's own server, without any framework. */
export const node: Framework = {
  async listen(runyard, answers) {
    const handle = nodeHandler(createHttpApp(runyard));
    const server = createServer((request, response) => {
      if (!request.url?.startsWith('/bare/')) return void handle(request, response);
      request.resume();
      const text = JSON.stringify(request.method === 'GET' ? answers.job : answers.started);
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
        .end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  },
};

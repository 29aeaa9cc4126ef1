import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { KubeConfigLike } from '../../src/options.ts';

export interface Received {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface ScriptedServer extends AsyncDisposable {
  url: string;
  kubeConfig: KubeConfigLike;
  /** What came, in order. */
  received: Received[];
  /** How many connections were made. */
  connections: number;
  /** What answers, from now on. */
  answer: (request: Received, response: ServerResponse) => void;
}

/** An HTTP server that answers as the test says, for what no API server does on demand. */
export const startScriptedServer = async (answer: ScriptedServer['answer'] = ok): Promise<ScriptedServer> => {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
      scripted.received.push(received);
      scripted.answer(received, response);
    });
  });
  server.on('connection', (socket) => {
    scripted.connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const scripted: ScriptedServer = {
    url,
    kubeConfig: { getCurrentCluster: () => ({ server: url }), applyToHTTPSOptions: async () => {} },
    received: [],
    connections: 0,
    answer,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return scripted;
};

export const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

export const text = (response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(body);

const ok: ScriptedServer['answer'] = (_request, response) => void json(response, 200, { kind: 'Fine' });

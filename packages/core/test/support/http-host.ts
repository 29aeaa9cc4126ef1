import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintToken } from '../../src/access/token.ts';
import { functionExecutor } from '../../src/adapters/function-executor/function-executor.ts';
import { memoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { createRunyard } from '../../src/create-runyard.ts';
import { createHttpApp } from '../../src/http/create-http-app.ts';
import type { HttpApp, HttpAppOptions } from '../../src/http/http-app.ts';
import { nodeHandler } from '../../src/http/node/node-handler.ts';
import type { RunyardOptions } from '../../src/services/options.ts';
import type { Runyard } from '../../src/services/runyard.ts';
import { type Gate, gatedFunctions } from './gated-functions.ts';

/** The neutral app over a real Runyard on a real server, whose jobs are functions that wait at a gate. */
export interface HttpHost extends AsyncDisposable {
  runyard: Runyard;
  app: HttpApp;
  server: Server;
  gate: Gate;
  origin: string;
  token: string;
  /** With the token, unless `headers.authorization` says otherwise; a body that is no text is sent as JSON. */
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  /** Creates a job that runs the function `gated`. */
  job(fields?: object): Promise<Record<string, unknown> & { id: string }>;
}

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export const httpHost = async (
  options: HttpAppOptions = {},
  runyardOptions: RunyardOptions = {},
): Promise<HttpHost> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-http-'));
  const { token, record } = mintToken({ name: 'tester', scopes: ['admin'] });
  const { gate, functions } = gatedFunctions();
  const runyard = await createRunyard({
    dataDir,
    store: memoryStore(),
    executors: { function: functionExecutor({ functions }) },
    tokens: [record],
    ...runyardOptions,
  });
  const app = createHttpApp(runyard, options);
  const handle = nodeHandler(app);
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call: HttpHost['call'] = (method, path, { body, headers = {}, signal } = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const json = text !== undefined && text !== body ? { 'content-type': 'application/json' } : {};
    return fetch(`${origin}${path}`, {
      method,
      headers: { authorization: `token ${token}`, ...json, ...headers },
      ...(text !== undefined && { body: text }),
      ...(signal && { signal }),
    });
  };
  return {
    runyard,
    app,
    server,
    gate,
    origin,
    token,
    call,
    job: async (fields = {}) => {
      const made = await call('POST', '/api/jobs', { body: { name: 'gated', command: ['gated'], ...fields } });
      const body = (await made.json()) as Record<string, unknown> & { id: string };
      if (made.status !== 201) throw new Error(JSON.stringify(body));
      return body;
    },
    [Symbol.asyncDispose]: async () => {
      gate.open();
      app.close();
      await runyard.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** An answer with its body read; a body that is no JSON is left out. */
export const read = async (response: Response | Promise<Response>) => {
  const answer = await response;
  const text = await answer.text();
  const isJson = /^application\/(problem\+)?json/.test(answer.headers.get('content-type') ?? '') && text !== '';
  return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : null };
};

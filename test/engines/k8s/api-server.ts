import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiServer, ApiServerOptions, CallCount } from './cluster.ts';
import { type Hooks, handle } from './http/handle.ts';
import { createUsers, kubeConfigText } from './http/users.ts';
import { type Collector, createCollector } from './objects/collect.ts';
import { completeNamespace, emptyNamespaces } from './objects/namespaces.ts';
import { createStore, type Store } from './objects/store.ts';

/** A stand-in for a Kubernetes API server, on 127.0.0.1. It has the namespace `default`, a garbage collector, and nothing that runs pods. */
export const startApiServer = (options: ApiServerOptions = {}): Promise<ApiServer> => startServer(options);

/** For those who play the controllers inside it. */
export async function startServer(
  options: ApiServerOptions,
): Promise<ApiServer & { collector: Collector; store: Store }> {
  const store = createStore();
  const users = createUsers();
  const hooks: Hooks = { readLog: null, onDelete: null, onCreate: null };
  const calls: CallCount[] = [];
  const collector = createCollector(store);
  const namespaces = emptyNamespaces(store, (uid) => collector.held(uid));
  const first = store.create('namespaces', { metadata: { name: 'default' } });
  store.change('namespaces', first.metadata.uid, completeNamespace);

  const handler = { store, users, hooks, options, count: (call: CallCount) => void calls.push(call) };
  const server = createServer((request, response) => void handle(handler, request, response));
  // Clients keep connections as long as they like: none breaks just when it is used again.
  server.keepAliveTimeout = 0;
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  let made = 0;

  return {
    url,
    objects: store,
    collector,
    store,
    calls,
    forgetCalls: () => void calls.splice(0),
    kubeConfig({ namespace = 'default', rules, user = `user-${++made}` } = {}) {
      const token = users.add({ name: user, rules: rules ?? null, namespace: rules ? namespace : null });
      return kubeConfigText({ url, user, token, namespace });
    },
    compact: store.compact,
    get readLog() {
      return hooks.readLog;
    },
    set readLog(readLog) {
      hooks.readLog = readLog;
    },
    get onDelete() {
      return hooks.onDelete;
    },
    set onDelete(onDelete) {
      hooks.onDelete = onDelete;
    },
    get onCreate() {
      return hooks.onCreate;
    },
    set onCreate(onCreate) {
      hooks.onCreate = onCreate;
    },
    shut: () => close(server),
    open: () => listen(server, port),
    async [Symbol.asyncDispose]() {
      await close(server);
      namespaces[Symbol.dispose]();
      collector[Symbol.dispose]();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

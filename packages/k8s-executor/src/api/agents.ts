import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { isDeepStrictEqual } from 'node:util';

export interface Agents {
  /** Connections are kept for as long as what they are made with stays the same. */
  of(options: RequestOptions): HttpAgent;
  close(): void;
}

/** By what the kubeconfig says of TLS. One with a proxy brings an agent of its own; that is used, and stays the kubeconfig's. */
export const createAgents = (server: URL): Agents => {
  let current: { tls: object; agent: HttpAgent } | null = null;
  return {
    of(options) {
      const { agent } = options;
      if (agent instanceof HttpAgent && !isPlain(agent)) return agent;
      const tls = tlsOf(options);
      if (current !== null && isDeepStrictEqual(current.tls, tls)) return current.agent;
      if (current !== null) retire(current.agent);
      const kept = { keepAlive: true, keepAliveMsecs: keepAliveMs, timeout: idleMs };
      current = {
        tls,
        agent: server.protocol === 'https:' ? new HttpsAgent({ ...tls, ...kept }) : new HttpAgent(kept),
      };
      return current.agent;
    },
    close: () => current?.agent.destroy(),
  };
};

// A peer that is gone without a word is noticed within a minute, also by a watch that hears nothing.
const keepAliveMs = 30_000;
const idleMs = 60_000;

const isPlain = (agent: HttpAgent): boolean => agent.constructor === HttpAgent || agent.constructor === HttpsAgent;

const tlsOf = (options: RequestOptions): Record<string, unknown> =>
  Object.fromEntries(tlsKeys.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])));

const tlsKeys = ['ca', 'cert', 'key', 'pfx', 'passphrase', 'servername', 'rejectUnauthorized'] as const;

// What is under way on it ends in its own time; then its connections are closed.
const retire = (agent: HttpAgent): void => {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
};

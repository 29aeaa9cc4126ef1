import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import type { Settings } from '../options.ts';
import type { DockerClient } from './client.ts';
import { type Endpoint, findEndpoint } from './endpoint.ts';
import { sshAgent } from './ssh-agent.ts';

export interface Connection {
  client: DockerClient;
  /** Its socket, where that is a file, so that it is on this machine; else null. */
  socket: string | null;
  /** Lets go of the connections that are ours. */
  close(): void;
}

/** The host's client, which stays the host's, or one of our own. */
export const connect = ({ docker, host, certPath }: Pick<Settings, 'docker' | 'host' | 'certPath'>): Connection => {
  if (docker) return { client: docker, socket: socketOf(docker.modem), close() {} };
  const endpoint = findEndpoint({ host, certPath }, process.env);
  const agent = untold(agentFor(endpoint));
  const client = new Docker(clientOptions(endpoint, agent)) as unknown as DockerClient;
  const socket = endpoint.kind === 'socket' ? endpoint.path : null;
  return { client, socket, close: () => agent.destroy() };
};

const socketOf = (modem: object): string | null =>
  'socketPath' in modem && typeof modem.socketPath === 'string' && modem.socketPath !== '' ? modem.socketPath : null;

// Connections are kept, since an attempt takes about ten requests.
const agentFor = (endpoint: Endpoint): HttpAgent => {
  if (endpoint.kind === 'ssh') return sshAgent(endpoint.destination);
  if (endpoint.kind === 'socket' || endpoint.tls === null) return new HttpAgent({ keepAlive: true });
  const { skipVerify, ...certificates } = endpoint.tls;
  return new HttpsAgent({ keepAlive: true, ...certificates, rejectUnauthorized: skipVerify !== true });
};

// The client writes out all of each request for a debug log that nobody reads; with an agent, that is every socket and what hangs on it, which
// takes longer than the engine does.
const untold = <T extends HttpAgent>(agent: T): T => Object.assign(agent, { [inspect.custom]: () => 'Agent' });

// Everything is said, since what is left out the client takes from the environment by rules of its own.
const clientOptions = (endpoint: Endpoint, agent: HttpAgent): object => {
  const none = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined, timeout: undefined };
  if (endpoint.kind === 'socket') return { ...none, protocol: 'http', socketPath: endpoint.path, agent };
  if (endpoint.kind === 'ssh') return { ...none, protocol: 'http', host: 'docker', port: 80, pathPrefix: '/', agent };
  const { host, port, pathPrefix, tls } = endpoint;
  return { ...none, protocol: tls === null ? 'http' : 'https', host, port, pathPrefix, agent };
};

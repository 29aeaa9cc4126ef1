import { homedir } from 'node:os';
import { join } from 'node:path';
import { RunyardError } from '@runyard/core';
import { contextEndpoint } from './docker-context.ts';
import { readCertificates, type Tls } from './tls.ts';

/** Where an engine listens. */
export type Endpoint =
  | { kind: 'socket'; path: string }
  | { kind: 'tcp'; host: string; port: number; pathPrefix: string; tls: Tls | null }
  /** As the docker command does it: `docker system dial-stdio` over `ssh`, with its settings, keys and known hosts. */
  | { kind: 'ssh'; destination: readonly string[] };

/** The options' engine, else that of the docker command: DOCKER_HOST, the context in use, the default socket. */
export const findEndpoint = (
  { host, certPath }: { host?: string | undefined; certPath?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Endpoint => {
  if (host !== undefined) return parseEndpoint(host, certPath === undefined ? null : readCertificates(certPath));
  if (env.DOCKER_HOST) {
    const verify = env.DOCKER_TLS_VERIFY !== undefined && env.DOCKER_TLS_VERIFY !== '';
    const folder = certPath ?? env.DOCKER_CERT_PATH ?? (verify ? configDir(env) : undefined);
    return parseEndpoint(env.DOCKER_HOST, folder === undefined ? null : readCertificates(folder));
  }
  const context = contextEndpoint(configDir(env), env.DOCKER_CONTEXT);
  return context ? parseEndpoint(context.host, context.tls) : { kind: 'socket', path: defaultSocket() };
};

const configDir = (env: Readonly<Record<string, string | undefined>>): string =>
  env.DOCKER_CONFIG ?? join(homedir(), '.docker');

const defaultSocket = (): string => (process.platform === 'win32' ? '//./pipe/docker_engine' : '/var/run/docker.sock');

/** `unix://`, `npipe://`, `tcp://`, `http://`, `https://`, `ssh://`; without a scheme it is `tcp`. */
export const parseEndpoint = (text: string, tls: Tls | null): Endpoint => {
  if (text.startsWith('unix://')) return { kind: 'socket', path: text.slice(7) || defaultSocket() };
  if (text.startsWith('npipe://')) return { kind: 'socket', path: text.slice(8) || '//./pipe/docker_engine' };
  const url = URL.parse(text.includes('://') ? text : `tcp://${text}`);
  if (url?.protocol === 'ssh:' && url.hostname !== '') return { kind: 'ssh', destination: sshDestination(url) };
  if (url === null || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '')
    throw new RunyardError(
      'invalid-option',
      `dockerExecutor: '${text}' says of no Docker engine where it listens. Write unix:///var/run/docker.sock, tcp://machine:2376 or ssh://user@machine.`,
      { field: 'host', expected: 'unix://, tcp:// or ssh://', received: text },
    );
  const secure = tls !== null || url.protocol === 'https:' || url.port === '2376';
  return {
    kind: 'tcp',
    host: url.hostname,
    port: Number(url.port) || (secure ? 2376 : 2375),
    pathPrefix: url.pathname === '' ? '/' : url.pathname,
    tls: secure ? (tls ?? {}) : null,
  };
};

const sshDestination = ({ hostname, username, port }: URL): string[] => [
  ...(username === '' ? [] : ['-l', decodeURIComponent(username)]),
  ...(port === '' ? [] : ['-p', port]),
  '--',
  hostname,
];

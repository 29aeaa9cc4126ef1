import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Launch } from '@runyard/core';
import { scriptLaunch } from '@runyard/core/testing';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { findEndpoint, parseEndpoint } from '../src/engine/endpoint.ts';
import { createEngine } from '../src/engine/engine.ts';
import { createPlace } from '../src/engine/place.ts';
import { listBuilt } from '../src/images/built-images.ts';
import { findImage } from '../src/images/find-image.ts';
import { type DockerSpec, dockerExecutor } from '../src/index.ts';
import { temporaryHost } from './support/temporary-host.ts';

const { signal } = new AbortController();
const unavailable = (words: string) =>
  expect.objectContaining({ code: 'executor-unavailable', message: expect.stringContaining(words) });

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runyard-docker-connection-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('where the engine is looked for', () => {
  const env = () => ({ DOCKER_CONFIG: dir });

  it('is where the options say, whatever the environment says', () => {
    const other = { DOCKER_HOST: 'tcp://other:1', ...env() };
    expect(findEndpoint({ host: 'unix:///x.sock' }, other)).toEqual({ kind: 'socket', path: '/x.sock' });
    expect(parseEndpoint('tcp://m:2375', null)).toEqual({
      kind: 'tcp',
      host: 'm',
      port: 2375,
      pathPrefix: '/',
      tls: null,
    });
    expect(parseEndpoint('m:2376', null)).toMatchObject({ kind: 'tcp', host: 'm', port: 2376, tls: {} });
    expect(parseEndpoint('ssh://u@m:22', null)).toEqual({
      kind: 'ssh',
      destination: ['-l', 'u', '-p', '22', '--', 'm'],
    });
  });

  it('else in DOCKER_HOST, with its certificates', async () => {
    for (const name of ['ca.pem', 'cert.pem', 'key.pem']) await writeFile(join(dir, name), name);
    const found = findEndpoint({}, { ...env(), DOCKER_HOST: 'tcp://m:2376', DOCKER_CERT_PATH: dir });
    expect(found).toMatchObject({ kind: 'tcp', tls: { ca: Buffer.from('ca.pem'), key: Buffer.from('key.pem') } });
    expect(() => findEndpoint({ host: 'tcp://m', certPath: '/nowhere' }, {})).toThrow(
      expect.objectContaining({ code: 'invalid-option', field: 'certPath' }),
    );
  });

  it('else in the docker context that is in use, else at the default socket', async () => {
    expect(findEndpoint({}, env())).toEqual({ kind: 'socket', path: '/var/run/docker.sock' });
    const sha256 = (name: string) => createHash('sha256').update(name).digest('hex');
    const id = sha256('work');
    await mkdir(join(dir, 'contexts', 'meta', id), { recursive: true });
    const meta = { Name: 'work', Endpoints: { docker: { Host: 'ssh://machine' } } };
    await writeFile(join(dir, 'contexts', 'meta', id, 'meta.json'), JSON.stringify(meta));
    await writeFile(join(dir, 'config.json'), JSON.stringify({ currentContext: 'work' }));
    expect(findEndpoint({}, env())).toEqual({ kind: 'ssh', destination: ['--', 'machine'] });
    expect(findEndpoint({}, { ...env(), DOCKER_CONTEXT: 'default' })).toMatchObject({ kind: 'socket' });
    await mkdir(join(dir, 'contexts', 'meta', sha256('torn')), { recursive: true });
    await writeFile(join(dir, 'contexts', 'meta', sha256('torn'), 'meta.json'), '{"Name":');
    for (const DOCKER_CONTEXT of ['gone', 'torn'])
      expect(() => findEndpoint({}, { ...env(), DOCKER_CONTEXT })).toThrow(
        expect.objectContaining({ code: 'invalid-option', field: 'host' }),
      );
  });
});

describe('what answers, or does not', () => {
  it('a connection that is open and silent is given up in time, and is no answer', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.on('error', () => {})));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const engine = createEngine(new Docker({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }));
    const question = { method: 'GET', path: '/info', signal, timeoutMs: 100 } as const;
    await expect(engine.ask(question)).rejects.toEqual(unavailable('within 100 ms'));
    await expect(engine.open(question)).rejects.toEqual(unavailable('within 100 ms'));
    await expect(engine.send(question, slowly())).rejects.toEqual(unavailable('takes no more'));
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('nor is it waited for an answer about images', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.on('error', () => {})));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const docker = new Docker({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
      for (const ask of [() => findImage(docker, 'busybox', signal), () => listBuilt(docker, signal)]) {
        const asked = expect(ask()).rejects.toEqual(unavailable('within 30000 ms'));
        await vi.advanceTimersByTimeAsync(30_000);
        await asked;
      }
    } finally {
      vi.useRealTimers();
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  it('an engine that is too old, one without an id, and a proxy without an engine are no place', async () => {
    const answers = [
      { path: '/version', status: 200, body: { ApiVersion: '1.40', Version: '19.03' }, words: 'too old' },
      { path: '/info', status: 200, body: { ID: '' }, words: 'no id' },
      { path: '/info', status: 503, body: {}, words: 'could not be asked' },
    ];
    for (const { path, status, body, words } of answers) {
      const server = createHttpServer((request, response) => {
        const mine = request.url?.startsWith(path);
        response.writeHead(mine ? status : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(mine ? body : { ApiVersion: '1.41', Version: '20.10' }));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const docker = new Docker({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
      await expect(createPlace(createEngine(docker)).ask(signal)).rejects.toEqual(unavailable(words));
      server.closeAllConnections();
      server.close();
    }
  });
});

it('an engine that took the place of another knows nothing of its attempts, which is not the same as gone', async () => {
  let id = 'A';
  const server = createHttpServer((request, response) => {
    const known = { '/version': { ApiVersion: '1.41', Version: '20.10' }, '/info': { ID: id } };
    const body = Object.entries(known).find(([path]) => request.url?.startsWith(path))?.[1];
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { message: 'No such container' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await using host = await temporaryHost();
  const { port } = server.address() as AddressInfo;
  const executor = dockerExecutor({ host: `tcp://127.0.0.1:${port}`, gpus: 'none' })(host);
  expect(await executor.place(signal)).toBe('A');
  const launch = {
    ...scriptLaunch({ deed: { does: 'print', text: '' } }),
    spec: { image: 'busybox', owner: 'user:a', wishes: {} },
  } as Launch<DockerSpec>;
  const handle = { v: 1 as const, place: 'A', installation: 'i', key: 'k', id: 'c', volume: 'v' };
  expect(await executor.inspect(handle, signal)).toEqual({ state: 'missing' });
  id = 'B';
  const calls = [
    // Though it does not have the image either.
    () => executor.prepare(launch, signal),
    () => executor.inspect(handle, signal),
    () => executor.start(handle, { launch, signal }),
    () => executor.remove(handle, signal),
  ];
  for (const call of calls) await expect(call()).rejects.toEqual(unavailable('is B'));
  await executor.close?.();
  server.closeAllConnections();
  server.close();
});

async function* slowly() {
  yield Buffer.alloc(16 * 2 ** 20);
  yield Buffer.alloc(16 * 2 ** 20);
}

describe.skipIf(!dockerRuns)('the same engine', () => {
  const engine = useDocker();

  it('is found through a dockerode of the host, and through ssh', async () => {
    // What `ssh` would do on the other machine.
    const ssh = `#!/bin/sh\necho "$@" >>${dir}/asked\nwhile [ "$1" != -- ]; do shift; done\nshift 2\nexec env DOCKER_HOST=unix://${engine().socket} /usr/bin/"$@"\n`;
    await writeFile(join(dir, 'ssh'), ssh);
    await chmod(join(dir, 'ssh'), 0o755);
    const path = process.env.PATH;
    process.env.PATH = `${dir}:${path}`;
    await using host = await temporaryHost();
    const executors = [
      dockerExecutor({ docker: new Docker({ socketPath: engine().socket }) })(host),
      dockerExecutor({ host: `unix://${engine().socket}` })(host),
      dockerExecutor({ host: 'ssh://somebody@machine' })(host),
    ];
    try {
      const places = await Promise.all(executors.map((executor) => executor.place(signal)));
      expect(new Set(places).size).toBe(1);
      // One that is gone without a word is noticed.
      expect(await readFile(join(dir, 'asked'), 'utf8')).toContain('-o ServerAliveInterval=15');
    } finally {
      process.env.PATH = path;
      for (const executor of executors) await executor.close?.();
    }
  });
});

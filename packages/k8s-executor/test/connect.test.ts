import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { ManualClock, seededEntropy } from '@runyard/core/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../src/api/connect.ts';
import type { K8sExecutorOptions } from '../src/options.ts';
import { type Certificate, certificateAuthority } from './support/certificates.ts';
import { runHost } from './support/run-host.ts';

let folder: string;
let authority: ReturnType<typeof certificateAuthority>;
let own: Certificate;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runyard-k8s-connect-'));
  authority = certificateAuthority(folder);
  own = authority.sign('server');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ends: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of ends.splice(0).reverse()) await end();
});

const { signal } = new AbortController();
const ask = { method: 'GET', path: '/api/v1/namespaces/n', signal, patienceMs: 0 } as const;

const listening = async (server: Server): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
};

/** An https server, which answers with who it thinks asks. */
const startServer = async (listener: RequestListener = whoami): Promise<string> => {
  const { cert, key } = own;
  const server = createHttpsServer(
    { cert, key, ca: authority.ca.cert, requestCert: true, rejectUnauthorized: false },
    listener,
  );
  return `https://127.0.0.1:${await listening(server as unknown as Server)}`;
};

const whoami: RequestListener = (request, response) => {
  const subject = (request.socket as TLSSocket).getPeerCertificate().subject;
  response.end(JSON.stringify({ authorization: request.headers.authorization, subject: subject?.CN }));
};

const configOf = (cluster: object, { user = {}, context = {} }: { user?: object; context?: object } = {}): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', ...context } }],
    clusters: [{ name: 'k', cluster }],
    users: [{ name: 'u', user }],
  });

const trusted = (server: string) => ({ server, 'certificate-authority': authority.ca.certFile });

const parse = (text: string): KubeConfig => {
  const config = new KubeConfig();
  config.loadFromString(text);
  return config;
};

const connected = async (options: Partial<K8sExecutorOptions>, clock = new ManualClock()) => {
  const connection = await connect(options, { clock, entropy: seededEntropy(1) });
  ends.push(() => connection.api.close());
  return connection;
};

describe('the client library gives', () => {
  it('the certificate authority and the token', async () => {
    const kubeConfig = parse(configOf(trusted(await startServer()), { user: { token: 't' } }));
    const { api } = await connected({ kubeConfig });
    expect(await api.ask(ask)).toEqual({ authorization: 'Bearer t' });
  });

  it('a user and a password', async () => {
    const kubeConfig = parse(configOf(trusted(await startServer()), { user: { username: 'u', password: 'p' } }));
    const { api } = await connected({ kubeConfig });
    expect(await api.ask(ask)).toEqual({ authorization: `Basic ${Buffer.from('u:p').toString('base64')}` });
  });

  it('a server that is not vouched for is not spoken to', async () => {
    const { api } = await connected({
      kubeConfig: parse(configOf({ server: await startServer() }, { user: { token: 't' } })),
    });
    await expect(api.ask(ask)).rejects.toMatchObject({
      code: 'executor-unavailable',
      message: expect.stringMatching(/could not be asked: .*certificate/),
    });
  });

  it('client certificates, which may change while connections are open', async () => {
    const [first, second] = [authority.sign('first'), authority.sign('second')];
    const paths = { 'client-certificate': join(folder, 'now.pem'), 'client-key': join(folder, 'now.key') };
    const place = ({ cert, key }: Certificate): void => {
      writeFileSync(paths['client-certificate'], cert);
      writeFileSync(paths['client-key'], key);
    };
    place(first);
    const clock = new ManualClock();
    const kubeConfig = parse(configOf(trusted(await startServer()), { user: paths }));
    const { api } = await connected({ kubeConfig }, clock);
    expect(await api.ask(ask)).toEqual({ subject: 'first' });
    place(second);
    expect(await api.ask(ask)).toEqual({ subject: 'first' });
    await clock.advance(10_000);
    expect(await api.ask(ask)).toEqual({ subject: 'second' });
  });

  it('tokens of a program, which is started once for many calls', async () => {
    const count = join(folder, 'started');
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'x' },
    };
    const exec = {
      apiVersion: credential.apiVersion,
      command: 'sh',
      args: ['-c', `echo once >> ${count}; echo '${JSON.stringify(credential)}'`],
    };
    const kubeConfig = parse(configOf(trusted(await startServer()), { user: { exec } }));
    const { api } = await connected({ kubeConfig });
    const all = await Promise.all(Array.from({ length: 10 }, () => api.ask(ask)));
    expect(new Set(all.map((each) => JSON.stringify(each)))).toEqual(new Set(['{"authorization":"Bearer x"}']));
    expect(readFileSync(count, 'utf8')).toBe('once\n');
  });

  it('the way through a proxy', async () => {
    const asked: string[] = [];
    const proxy = createHttpServer();
    proxy.on('connect', (request, socket: Socket) => {
      asked.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const through = dial(Number(port), host);
      through.once('connect', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(through).pipe(socket);
      });
      through.on('error', () => socket.destroy());
      socket.on('error', () => through.destroy());
      socket.once('close', () => through.destroy());
    });
    const server = await startServer();
    const cluster = { ...trusted(server), 'proxy-url': `http://127.0.0.1:${await listening(proxy)}` };
    const { api } = await connected({ kubeConfig: parse(configOf(cluster, { user: { token: 't' } })) });
    expect(await api.ask(ask)).toEqual({ authorization: 'Bearer t' });
    expect(asked).toEqual([server.slice('https://'.length)]);
  });
});

describe('without a kubeconfig of the host', () => {
  const withFile = (text: string): string => {
    const file = join(folder, 'config');
    writeFileSync(file, text);
    vi.stubEnv('KUBECONFIG', file);
    return file;
  };

  it('it is that of kubectl, with the namespace of its context', async () => {
    withFile(configOf(trusted(await startServer()), { user: { token: 't' }, context: { namespace: 'team' } }));
    const { api, namespace } = await connected({});
    expect(namespace).toBe('team');
    expect(await api.ask(ask)).toEqual({ authorization: 'Bearer t' });
    expect((await connected({ namespace: 'other' })).namespace).toBe('other');
    withFile(configOf({ server: 'https://127.0.0.1:1' }));
    expect((await connected({})).namespace).toBe('default');
  });

  it('it is read again when its token is refused, as long as it is of the same cluster', async () => {
    let refused = 0;
    const server = await startServer((request, response) => {
      response.statusCode = request.headers.authorization === 'Bearer old' ? 401 : 200;
      if (response.statusCode === 401) refused++;
      whoami(request, response);
    });
    const write = (address: string, token: string) => withFile(configOf(trusted(address), { user: { token } }));
    write(server, 'old');
    const clock = new ManualClock();
    const { api } = await connected({}, clock);
    write('https://127.0.0.1:1', 'of another cluster');
    await expect(api.ask(ask)).rejects.toMatchObject({ message: expect.stringContaining('(401)') });
    write(server, 'new');
    expect(await api.ask(ask)).toEqual({ authorization: 'Bearer new' });
    await clock.advance(10_000);
    expect(await api.ask(ask)).toEqual({ authorization: 'Bearer new' });
    expect(refused).toBe(3);
  });

  it('no cluster at all is said, and so is a file that cannot be read', async () => {
    vi.stubEnv('KUBECONFIG', '');
    vi.stubEnv('HOME', folder);
    const invalid = (words: string) =>
      expect.objectContaining({ code: 'invalid-option', field: 'kubeConfig', message: expect.stringContaining(words) });
    await expect(connected({})).rejects.toEqual(invalid('there is no cluster'));
    withFile('clusters: [');
    await expect(connected({})).rejects.toEqual(invalid('the kubeconfig cannot be read'));
    vi.stubEnv('KUBECONFIG', join(folder, 'nowhere'));
    await expect(connected({})).rejects.toEqual(invalid('ENOENT'));
    withFile(JSON.stringify({ 'current-context': 'gone', contexts: [], clusters: [], users: [] }));
    await expect(connected({})).rejects.toEqual(invalid("context 'gone' leads to no cluster"));
    withFile(configOf({ server: 'nonsense' }));
    await expect(connected({})).rejects.toEqual(invalid("the server 'nonsense'"));
  });
});

describe('the process of the host', () => {
  it('ends when its main does, whatever is open', async () => {
    let watching = 0;
    const server = await startServer(({ url = '' }, response) => {
      if (url.includes('unavailable')) return void response.writeHead(503).end();
      if (!url.includes('watch')) return void response.end('{}');
      watching++;
      response.writeHead(200).write('{}\n');
    });
    const ended = await runHost('watching-host.ts', [configOf(trusted(server)), '/jobs']);
    expect({ ...ended, watching }).toEqual({ code: 0, said: 'main ends', watching: 1 });
  });
});

import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** A registry that speaks the v2 API on the loopback interface, which Docker takes for one that needs no TLS. */
export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  /** How often a layer was asked for. */
  readonly layerDownloads: () => number;
  /** Headers `authorization` that came, decoded where they are Basic. */
  readonly credentials: string[];
  /** What every further request gets; null: what it asks for. */
  behave(how: Behaviour | null): void;
  /** Keeps back the rest of layers until `release` is called. Resolves once one was asked for. */
  stall(): { asked: Promise<void>; release(): void };
  /** Serves an image of one layer with one file; returns the digest of its manifest. */
  push(repository: string, tag: string, size?: number): Promise<string>;
}

export interface Behaviour {
  status: number;
  body?: string;
  /** Only for paths that hold this. */
  path?: string;
  /** The connection ends without an answer. */
  breakOff?: boolean;
}

export interface RegistryOptions {
  /** Whom it lets in; absent: anybody. `token` goes by the way of a token service. */
  access?: { scheme: 'basic' | 'token'; username: string; password: string };
}

const types = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};

export const startRegistry = async ({ access }: RegistryOptions = {}): Promise<Registry> => {
  const blobs = new Map<string, Buffer>();
  const layers = new Set<string>();
  const manifests = new Map<string, Buffer>();
  const credentials: string[] = [];
  const token = randomBytes(16).toString('hex');
  let downloads = 0;
  let behaviour: Behaviour | null = null;
  let stalled: { asked(): void; released: Promise<void> } | null = null;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    if (behaviour && url.pathname.includes(behaviour.path ?? '')) return void misbehave(behaviour, response);
    const given = request.headers.authorization;
    if (given) credentials.push(given.startsWith('Basic ') ? Buffer.from(given.slice(6), 'base64').toString() : given);
    if (url.pathname === '/token') return giveToken(request, response);
    if (access && !isLetIn(given)) return challenge(request, response);
    const [, repository = '', kind, reference = ''] =
      /^\/v2\/(?:(.+)\/(manifests|blobs)\/(.+))?$/.exec(url.pathname) ?? [];
    if (kind === undefined) return json(response, 200, {});
    if (kind === 'manifests') return manifest(`${repository}:${reference}`, request, response);
    return blob(reference, request, response);
  };

  const isLetIn = (given: string | undefined): boolean =>
    access?.scheme === 'token' ? given === `Bearer ${token}` : given === basicOf(access);

  const giveToken = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.headers.authorization === basicOf(access)) json(response, 200, { token, access_token: token });
    else json(response, 401, failure('UNAUTHORIZED', 'incorrect username or password'));
  };

  const challenge = (request: IncomingMessage, response: ServerResponse): void => {
    const realm = `http://${request.headers.host}/token`;
    response.setHeader(
      'www-authenticate',
      access?.scheme === 'token' ? `Bearer realm="${realm}",service="test"` : 'Basic realm="test"',
    );
    json(response, 401, failure('UNAUTHORIZED', 'authentication required'));
  };

  const manifest = (name: string, request: IncomingMessage, response: ServerResponse): void => {
    const body = manifests.get(name);
    if (!body) json(response, 404, failure('MANIFEST_UNKNOWN', 'manifest unknown'));
    else {
      response.writeHead(200, {
        'content-type': types.manifest,
        'content-length': body.length,
        'docker-content-digest': digestOf(body),
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    }
  };

  const blob = async (digest: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = blobs.get(digest);
    if (!body) return json(response, 404, failure('BLOB_UNKNOWN', 'blob unknown to registry'));
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': body.length });
    if (request.method === 'HEAD') return void response.end();
    if (layers.has(digest)) {
      downloads++;
      if (stalled) {
        response.write(body.subarray(0, body.length >> 1));
        stalled.asked();
        await stalled.released;
        return void response.end(body.subarray(body.length >> 1));
      }
    }
    response.end(body);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    layerDownloads: () => downloads,
    credentials,
    behave: (how) => {
      behaviour = how;
    },
    stall: () => {
      const asked = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      stalled = { asked: asked.resolve, released: released.promise };
      const release = (): void => {
        stalled = null;
        released.resolve();
      };
      return { asked: asked.promise, release };
    },
    async push(repository, tag, size = 1000) {
      const tar = await layerOf(size);
      const layer = gzipSync(tar);
      const config = Buffer.from(
        JSON.stringify({
          architecture: 'amd64',
          os: 'linux',
          config: { Env: ['PATH=/bin'], Cmd: ['/bin/sh'] },
          rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
          history: [{ created: '2026-01-01T00:00:00Z', created_by: 'a test' }],
          created: '2026-01-01T00:00:00Z',
        }),
      );
      blobs.set(digestOf(layer), layer).set(digestOf(config), config);
      layers.add(digestOf(layer));
      const body = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: types.manifest,
          config: { mediaType: types.config, size: config.length, digest: digestOf(config) },
          layers: [{ mediaType: types.layer, size: layer.length, digest: digestOf(layer) }],
        }),
      );
      for (const reference of [tag, digestOf(body)]) manifests.set(`${repository}:${reference}`, body);
      return digestOf(body);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const misbehave = ({ status, body, breakOff }: Behaviour, response: ServerResponse): void => {
  if (breakOff) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body ?? JSON.stringify(failure(codes[status] ?? 'UNKNOWN', `made to answer ${status}`)));
};

const codes: Record<number, string> = {
  401: 'UNAUTHORIZED',
  403: 'DENIED',
  404: 'NAME_UNKNOWN',
  429: 'TOOMANYREQUESTS',
};

/** One file of random bytes, so that no two images share a layer. */
const layerOf = async (size: number): Promise<Buffer> => {
  const tar = pack();
  tar.entry({ name: 'content' }, randomBytes(size));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const basicOf = (access: RegistryOptions['access']): string =>
  `Basic ${Buffer.from(`${access?.username}:${access?.password}`).toString('base64')}`;

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const failure = (code: string, message: string): object => ({ errors: [{ code, message, detail: {} }] });

const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

import type { ServerResponse } from 'node:http';
import { whole } from '../../access/whole-request.ts';
import { RunyardError } from '../../domain/errors.ts';
import { bodyStream } from './body-stream.ts';
import { isGone } from './is-gone.ts';
import type { NodeRequest } from './node-request.ts';

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/**
 * Node's request as far as we look at a `Request`, whether or not a body parser has read it before; made whole only for a host's own
 * `authenticate`.
 */
export const toRequest = (incoming: NodeRequest, outgoing: ServerResponse): Request =>
  new LightRequest(incoming, outgoing) as unknown as Request;

// Accessors in an object literal would be new ones each time: V8 keeps each with the object's shape, and the request with it, until the next full collection.
class LightRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly #outgoing: ServerResponse;
  readonly #body: Body | undefined;
  #signal: AbortSignal | undefined;
  #whole: Request | undefined;

  constructor(incoming: NodeRequest, outgoing: ServerResponse) {
    this.method = incoming.method ?? 'GET';
    this.url = addressOf(incoming);
    this.headers = headersOf(incoming);
    this.#outgoing = outgoing;
    this.#body = bodyOf(incoming, this.headers);
  }

  get signal(): AbortSignal {
    this.#signal ??= untilGone(this.#outgoing);
    return this.#signal;
  }

  get body(): Request['body'] {
    const body = this.#body;
    // Whoever was given it whole may have read it, or have it read twice.
    if (this.#whole || typeof body === 'string' || body instanceof Uint8Array) return this[whole]().body;
    return body ?? null;
  }

  [whole](): Request {
    const { method, headers, signal } = this;
    const body = this.#body;
    const init = { method, headers, signal, ...(body !== undefined && { body, duplex: 'half' }) };
    this.#whole ??= new Request(this.url, init as RequestInit);
    return this.#whole;
  }
}

const untilGone = (outgoing: ServerResponse): AbortSignal => {
  const gone = new AbortController();
  const left = (): void => {
    if (!outgoing.writableFinished) gone.abort(new DOMException('The client is gone.', 'AbortError'));
  };
  if (isGone(outgoing)) left();
  else outgoing.once('close', left);
  return gone.signal;
};

/** Its path and query, with what the host has cut off in front. */
export const targetOf = ({ url = '/', baseUrl = '' }: NodeRequest): string => {
  // Proxies may send the whole address.
  const target = `${baseUrl}${url.replace(/^https?:\/\/[^/?#]*/i, '')}`;
  return target.startsWith('/') ? target : `/${target}`;
};

const addressOf = (incoming: NodeRequest): string => {
  const scheme = 'encrypted' in incoming.socket ? 'https' : 'http';
  return `${scheme}://${hostOf(incoming)}${targetOf(incoming)}`;
};

// Which was right last: nearly all requests name the same.
let known = 'localhost';

// A Host header that is no host would make the address invalid; nothing of ours depends on it.
const hostOf = ({ headers }: NodeRequest): string => {
  const host = headers.host ?? headers[':authority'];
  if (host === known) return known;
  if (typeof host !== 'string' || !/^[\w.:[\]-]{1,300}$/.test(host) || !URL.canParse(`http://${host}/`))
    return 'localhost';
  known = host;
  return host;
};

const headersOf = ({ rawHeaders }: NodeRequest): Headers => {
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    // HTTP/2 pseudo headers are not headers.
    if (!name.startsWith(':')) headers.append(name, rawHeaders[i + 1] ?? '');
  }
  return headers;
};

const bodyOf = (incoming: NodeRequest, headers: Headers): Body | undefined => {
  if (incoming.method === 'GET' || incoming.method === 'HEAD') return undefined;
  if (!incoming.readableDidRead && !incoming.readableEnded)
    return hasNone(incoming, headers) ? undefined : bodyStream(incoming);
  const isLost = hadBody(headers) && isNothing(incoming.body, headers);
  return isLost ? lostBody() : parsedBody(incoming.body, headers);
};

// RFC 9112, 6.3. HTTP/2 needs to say nothing of a body in front.
const hasNone = ({ httpVersionMajor }: NodeRequest, headers: Headers): boolean =>
  httpVersionMajor === 1 && !hadBody(headers);

const hadBody = (headers: Headers): boolean =>
  headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0;

// An empty object is also what some parsers leave of what they do not read.
const isNothing = (body: unknown, headers: Headers): boolean =>
  body === undefined || (isPlain(body) && !isJson(headers) && Object.keys(body).length === 0);

const isPlain = (body: unknown): body is object =>
  typeof body === 'object' && body !== null && !(body instanceof Uint8Array);

// As an empty one it would start a job with nothing of what was asked for.
const lostBody = (): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) =>
      controller.error(
        new RunyardError(
          'invalid-request',
          'Something in this server read the body before it came here, and left nothing of it in `request.body`: mount Runyard in front of that, or parse the body, for example with `express.json()`.',
        ),
      ),
  });

const isJson = (headers: Headers): boolean => /\bjson\b/i.test(headers.get('content-type') ?? '');

// A parser has read it: what it made of it is turned back into what was sent.
const parsedBody = (body: unknown, headers: Headers): Body | undefined => {
  headers.delete('content-length');
  headers.delete('content-encoding');
  if (body === undefined) return undefined;
  if (body === null) return isJson(headers) ? 'null' : undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body as Uint8Array<ArrayBuffer>;
  return Object.keys(body).length === 0 && !isJson(headers) ? undefined : JSON.stringify(body);
};

import { bodyStream } from './body-stream.ts';
import type { NodeRequest } from './node-request.ts';

type Body = string | Uint8Array | ReadableStream<unknown>;

/** Node's request as a `Request`, whether or not a body parser has read it before. */
export const toRequest = (incoming: NodeRequest, signal: AbortSignal): Request => {
  const headers = headersOf(incoming);
  const body = bodyOf(incoming, headers);
  return new Request(addressOf(incoming), {
    method: incoming.method ?? 'GET',
    headers,
    signal,
    ...(body !== undefined && { body, duplex: 'half' }),
  } as RequestInit & { duplex: 'half' });
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
  if (incoming.readableDidRead || incoming.readableEnded) return parsedBody(incoming.body, headers);
  return bodyStream(incoming);
};

// A parser has read it: what it made of it is turned back into what was sent.
const parsedBody = (body: unknown, headers: Headers): Body | undefined => {
  headers.delete('content-length');
  headers.delete('content-encoding');
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  const isJson = /\bjson\b/i.test(headers.get('content-type') ?? '');
  return Object.keys(body).length === 0 && !isJson ? undefined : JSON.stringify(body);
};

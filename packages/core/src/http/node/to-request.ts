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

const addressOf = ({ url = '/', baseUrl = '', socket, headers }: NodeRequest): string => {
  const scheme = 'encrypted' in socket ? 'https' : 'http';
  // A Host header that is no host would make the address invalid; nothing of ours depends on it.
  const host = /^[\w.:[\]-]+$/.test(headers.host ?? '') ? headers.host : 'localhost';
  const path = `${baseUrl}${url}`;
  return `${scheme}://${host}${path.startsWith('/') ? path : `/${path}`}`;
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
  // Leaving early must not destroy the request: its socket carries the answer.
  return ReadableStream.from(incoming.iterator({ destroyOnReturn: false }));
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

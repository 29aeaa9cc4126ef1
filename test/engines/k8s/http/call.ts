import type { IncomingMessage } from 'node:http';
import type { CallCount } from '../cluster.ts';
import { findResource, type ResourceInfo } from '../resources.ts';
import { refusal, unknownPath } from './refusal.ts';
import type { User } from './users.ts';

/** What is asked for, as authorization and the parts that carry it out see it. */
export interface Call {
  verb: CallCount['verb'];
  info: ResourceInfo;
  /** null: all namespaces, or a resource outside of them. */
  namespace: string | null;
  name: string | null;
  subresource: string | null;
  query: URLSearchParams;
  contentType: string;
  user: User;
  body(): Promise<string>;
  /** Aborts when whoever asked is gone. */
  signal: AbortSignal;
}

export type Place = Pick<Call, 'info' | 'namespace' | 'name' | 'subresource'>;

/** Where a path leads. Throws for what this server does not have. */
export function placeOf(path: string): Place {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const isCore = parts[0] === 'api';
  if (!isCore && parts[0] !== 'apis') throw unknownPath();
  const [group, version] = isCore ? ['', parts[1]] : [parts[1], parts[2]];
  const rest = parts.slice(isCore ? 2 : 3);
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2;
  const [resource = '', name = null, subresource = null] = inNamespace ? rest.slice(2) : rest;
  const info = findResource(group ?? '', version ?? '', resource);
  if (!info || (inNamespace && !info.namespaced)) throw unknownPath();
  // A namespace is asked for inside itself, so that a Role in it can allow it.
  const namespace = inNamespace ? (rest[1] ?? null) : info.namespaced ? null : name;
  return { info, namespace, name, subresource };
}

export function verbOf(method: string, place: Place, query: URLSearchParams): Call['verb'] {
  const isOne = place.name !== null;
  if (method === 'GET') return isOne ? 'get' : isTrue(query.get('watch')) ? 'watch' : 'list';
  if (method === 'POST') return 'create';
  if (method === 'PUT') return 'update';
  if (method === 'PATCH') return 'patch';
  if (method === 'DELETE') return isOne ? 'delete' : 'deletecollection';
  throw refusal(405, 'the server does not allow this method on the requested resource', {
    reason: 'MethodNotAllowed',
    details: {},
  });
}

export const isTrue = (value: string | null) => value === 'true' || value === '1';

const mostBytes = 3 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > mostBytes) {
      throw refusal(413, `Request entity too large: limit is ${mostBytes}`, { reason: 'RequestEntityTooLarge' });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

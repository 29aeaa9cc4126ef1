import type { ServerResponse } from 'node:http';
import type { NodeRequest } from '@runyard/core/http';

/** What we use of a request of Fastify. */
interface FastifyRequest {
  raw: NodeRequest;
  body?: unknown;
  params?: object;
}

/** What we use of a reply of Fastify. */
interface FastifyReply {
  raw: ServerResponse;
  hijack(): unknown;
  getHeaders(): Record<string, number | string | string[] | undefined>;
}

export type HostRequest = (NodeRequest & { params?: object }) | FastifyRequest;
export type HostResponse = ServerResponse | FastifyReply;

export interface NodePair {
  incoming: NodeRequest;
  outgoing: ServerResponse;
}

/** Node's own request and response, which Express extends and Fastify wraps. */
export const nodePair = (request: HostRequest, response: HostResponse): NodePair => {
  if (!('raw' in request && 'hijack' in response))
    return { incoming: request as NodeRequest, outgoing: response as ServerResponse };
  const { raw: incoming, body } = request;
  // Where Express's body parsers leave it too.
  if (body !== undefined) incoming.body = body;
  response.hijack();
  // What the host's hooks have set, CORS among it, would be lost with the reply.
  for (const [name, value] of Object.entries(response.getHeaders()))
    if (value !== undefined) response.raw.setHeader(name, value);
  return { incoming, outgoing: response.raw };
};

import type { ServerResponse } from 'node:http';
import { wholeRequest } from '../../access/whole-request.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { HttpApp, Native } from '../http-app.ts';
import { plainly } from '../plain-answer.ts';
import { problemAnswer } from '../problem.ts';
import type { NodeRequest } from './node-request.ts';
import { sendResponse } from './send-response.ts';
import { targetOf, toRequest } from './to-request.ts';

/**
 * A way for Node's own request and response through the app: `createServer(nodeHandler(app))`, Express, Nest. A framework that wraps them
 * tells of its own in `native`. Never rejects for what a client sent.
 */
export const nodeHandler = (app: HttpApp, { mount }: { mount?: (request: NodeRequest) => string } = {}) => {
  const answer = plainly.get(app) ?? ((request, native) => app.fetch(wholeRequest(request), native));
  return async (incoming: NodeRequest, outgoing: ServerResponse, native: Native = {}): Promise<void> => {
    const response = forbidden.has(incoming.method ?? '')
      ? problemAnswer(new RunyardError('method-not-allowed', `Nothing here is for ${incoming.method}.`))
      : await answer(toRequest(incoming, outgoing), {
          req: native.req ?? incoming,
          path: targetOf(incoming).split(/[?#]/, 1)[0] ?? '/',
          mount: native.mount ?? mount?.(incoming) ?? incoming.baseUrl ?? '',
        });
    await sendResponse(response, outgoing, app.readerStallMs);
  };
};

/** Methods that no `Request` can have. */
const forbidden: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

import { METHODS, type ServerResponse } from 'node:http';
import { wholeRequest } from '../../access/whole-request.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { HttpApp, Native } from '../http-app.ts';
import { plainly } from '../plain-answer.ts';
import { problemAnswer } from '../problem.ts';
import { comesTooLate } from './last-answer.ts';
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
    if (comesTooLate(incoming)) return;
    const response = !methods.has(incoming.method ?? '')
      ? problemAnswer(new RunyardError('method-not-allowed', `Nothing here is for ${incoming.method}.`))
      : await answer(toRequest(incoming, outgoing), {
          req: native.req ?? incoming,
          path: targetOf(incoming).split(/[?#]/, 1)[0] ?? '/',
          mount: native.mount ?? mount?.(incoming) ?? incoming.baseUrl ?? '',
        });
    await sendResponse(response, outgoing, app.readerStallMs);
  };
};

/** Those that a `Request` can have. HTTP/2 lets through whatever is sent. */
const methods: ReadonlySet<string> = new Set(METHODS.filter((name) => name !== 'CONNECT' && name !== 'TRACE'));

import type { ServerResponse } from 'node:http';
import type { HttpApp, Native } from '../http-app.ts';
import type { NodeRequest } from './node-request.ts';
import { sendResponse } from './send-response.ts';
import { toRequest } from './to-request.ts';

/**
 * A way for Node's own request and response through the app: `createServer(nodeHandler(app))`, Express, Nest. A framework that wraps them
 * tells of its own in `native`.
 */
export const nodeHandler =
  (app: HttpApp, { mount }: { mount?: (request: NodeRequest) => string } = {}) =>
  async (incoming: NodeRequest, outgoing: ServerResponse, native: Native = {}): Promise<void> => {
    const gone = new AbortController();
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) gone.abort(new DOMException('The client is gone.', 'AbortError'));
    });
    const response = await app.fetch(toRequest(incoming, gone.signal), {
      req: native.req ?? incoming,
      mount: native.mount ?? mount?.(incoming) ?? incoming.baseUrl ?? '',
    });
    await sendResponse(response, outgoing);
  };

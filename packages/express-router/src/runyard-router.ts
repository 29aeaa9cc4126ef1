import type { ServerResponse } from 'node:http';
import type { Authenticate, Runyard } from '@runyard/core';
import { createHttpApp, type HttpAppOptions, type NodeRequest, nodeHandler, sendParserError } from '@runyard/core/http';

export interface RouterOptions extends HttpAppOptions {
  /** Who is asking; default: what `createRunyard` was given. `native.req` is Express's request, with the host's `user`. */
  authenticate?: Authenticate;
  /** In front of our routes, below the mount path; default `/api`. */
  basePath?: string;
}

/** Fits `app.use` of Express 4 and 5, without a type of either. */
export type RequestHandler = (request: NodeRequest, response: ServerResponse, next: (error?: unknown) => void) => void;
export type ErrorHandler = (
  error: unknown,
  request: NodeRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

export interface RunyardRouter extends RequestHandler {
  /**
   * For hosts whose body parsers come before the router: `app.use('/ops', router, router.errors)`. What a parser refuses on our paths is then
   * answered as we would, with a problem body. Anything else goes on to the host's own error handler.
   */
  errors: ErrorHandler;
}

/**
 * Runyard's HTTP API as Express middleware: `app.use('/ops', runyardRouter(runyard))` answers `/ops/api/jobs` and so on,
 * before or after any body parser, and passes on what is not ours. Routes of the host at one of our paths go before it. Throws
 * `no-authentication` where requests could come from anybody, and `invalid-option`.
 */
export const runyardRouter = (runyard: Runyard, options: RouterOptions = {}): RunyardRouter => {
  const app = createHttpApp(runyard, options);
  const handle = nodeHandler(app);
  const router: RequestHandler = (request, response, next) => {
    if (app.owns(pathOf(request))) handle(request, response).catch(next);
    else next();
  };
  const errors: ErrorHandler = (error, request, response, next) => {
    if (!app.owns(pathOf(request))) return next(error);
    sendParserError(error, response).then((isSent) => {
      if (!isSent) next(error);
    }, next);
  };
  return Object.assign(router, { errors });
};

// Below the mount path, which Express has cut off. Proxies may send the whole address.
const pathOf = ({ url = '/' }: NodeRequest): string =>
  url.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] || '/';

import type { ServerResponse } from 'node:http';
import { All, Controller, Inject, Next, Req, Res, type Type, VERSION_NEUTRAL } from '@nestjs/common';
import { topLevelNames } from '@runyard/core/http';
import type { MatchedRequest, RunyardRoutes } from './runyard-routes.ts';
import { ROUTES } from './tokens.ts';

/**
 * A controller of its own for each module, with every path that begins with a name of ours, so that the host's prefix,
 * guards, interceptors and filters hold for it as for any other; what the Runyard does not own is passed on to a route behind it. Decorators are applied as functions: no build step is needed.
 */
export const runyardController = (): Type => {
  class RunyardController {
    readonly #routes: RunyardRoutes;

    constructor(routes: RunyardRoutes) {
      this.#routes = routes;
    }

    serve(request: MatchedRequest, response: ServerResponse, next: () => void): Promise<void> {
      return this.#routes.handle(request, response, next);
    }
  }
  const method = RunyardController.prototype;
  const descriptor = Object.getOwnPropertyDescriptor(method, 'serve');
  if (descriptor) All(topLevelNames.flatMap((name) => [name, `${name}/*rest`]))(method, 'serve', descriptor);
  Req()(method, 'serve', 0);
  Res()(method, 'serve', 1);
  Next()(method, 'serve', 2);
  Inject(ROUTES)(RunyardController, undefined, 0);
  mountController(RunyardController, '');
  return RunyardController;
};

/** Says below which path a controller answers; possible until Nest registers its routes. */
export const mountController = (controller: Type, path: string): void => {
  Controller({ path, version: VERSION_NEUTRAL })(controller);
};

import {
  Controller,
  Inject,
  Req,
  RequestMapping,
  RequestMethod,
  Res,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import type { RunyardModuleOptions } from '../options.ts';
import { ROUTES } from '../tokens.ts';
import type { HostRequest, HostResponse } from './node-pair.ts';
import type { RunyardRoutes } from './runyard-routes.ts';

/** One of the controller's methods. */
export interface ControllerRoute {
  /** The method's name, which guards and interceptors see. */
  name: string;
  verb: keyof typeof RequestMethod;
  /** `jobs/:job_id/start`; `jobs/*rest`. */
  path: string;
}

interface Serving {
  readonly routes: RunyardRoutes;
}

/**
 * A controller of its own for each module, so that the host's prefix, versions, guards, interceptors and filters hold for it as for any
 * other. Decorators are applied as functions: no build step is needed.
 */
export const runyardController = ({ name = '', guards = [], decorators = [] }: RunyardModuleOptions): Type => {
  class RunyardController implements Serving {
    readonly routes: RunyardRoutes;

    constructor(routes: RunyardRoutes) {
      this.routes = routes;
    }
  }
  // Swagger tells operations of several by it.
  const className = `Runyard${name.charAt(0).toUpperCase()}${name.slice(1)}Controller`;
  Object.defineProperty(RunyardController, 'name', { value: className });
  Inject(ROUTES)(RunyardController, undefined, 0);
  Controller()(RunyardController);
  if (guards.length > 0) UseGuards(...guards)(RunyardController);
  for (const decorate of decorators) decorate(RunyardController);
  return RunyardController;
};

type Version = string | string[] | typeof VERSION_NEUTRAL;

/** Says below which path a controller answers, and in which versions; possible until Nest registers its routes. */
export const setPath = (
  controller: Type,
  { path, version = VERSION_NEUTRAL }: { path: string | string[]; version?: Version | undefined },
): void => {
  Controller({ path, version })(controller);
};

/** Gives a controller routes, beside those that it has. */
export const addRoutes = (controller: Type, routes: readonly ControllerRoute[]): void => {
  for (const route of routes) addRoute(controller.prototype, route);
};

/** Takes its routes away: a module may be in several applications, one after the other, and not each has the same. */
export const removeRoutes = (controller: Type): void => {
  for (const name of Object.getOwnPropertyNames(controller.prototype))
    if (name !== 'constructor') delete controller.prototype[name];
};

/** Puts a decorator of methods on one of the controller's. */
export const decorateRoute = (controller: Type, name: string, decorate: MethodDecorator): void => {
  const descriptor = Object.getOwnPropertyDescriptor(controller.prototype, name);
  if (descriptor) decorate(controller.prototype, name, descriptor);
};

const addRoute = (prototype: object, { name, verb, path }: ControllerRoute): void => {
  const depth = path.split('/').filter((part) => !part.startsWith('*')).length;
  function serve(this: Serving, request: HostRequest, response: HostResponse): Promise<void> {
    return this.routes.handle({ request, response, depth });
  }
  Object.defineProperty(serve, 'name', { value: name });
  const descriptor = { value: serve, writable: true, enumerable: false, configurable: true };
  Object.defineProperty(prototype, name, descriptor);
  (RequestMapping({ path, method: RequestMethod[verb] }) as MethodDecorator)(prototype, name, descriptor);
  Req()(prototype, name, 0);
  Res()(prototype, name, 1);
};

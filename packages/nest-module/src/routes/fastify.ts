import { SetMetadata, type Type } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { type ControllerRoute, decorateRoute } from './runyard-controller.ts';

/** What we use of Fastify. */
interface Fastify {
  addHook(name: 'onRequest', hook: (request: Asked, reply: unknown, done: () => void) => void): void;
}

interface Asked {
  headers: Record<string, string | string[] | undefined>;
  routeOptions: { config?: { [ours]?: true } };
}

const ours = Symbol.for('@runyard/nest-module:route');
/** Where Nest's adapter keeps what `@RouteConfig()` is given. */
const routeConfig = '__fastify_route_config__';

/**
 * Fastify refuses a request that says JSON and has no body, as clients send it to start a job. On our routes such a request says nothing
 * of the kind.
 */
export const acceptEmptyBodies = (
  adapter: AbstractHttpAdapter,
  controller: Type,
  routes: readonly ControllerRoute[],
): void => {
  for (const { name } of routes) decorateRoute(controller, name, SetMetadata(routeConfig, { [ours]: true }));
  const fastify = adapter.getInstance<Fastify>();
  fastify.addHook('onRequest', ({ headers, routeOptions }, _reply, done) => {
    const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
    if (isEmpty && routeOptions.config?.[ours]) delete headers['content-type'];
    done();
  });
};

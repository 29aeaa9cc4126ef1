import { SetMetadata, type Type } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { type ControllerRoute, decorateRoute } from './runyard-controller.ts';

/** What we use of Fastify. */
interface Fastify {
  addHook(name: 'onRequest' | 'preValidation', hook: (request: Asked, reply: unknown, done: () => void) => void): void;
}

type Headers = Record<string, string | string[] | undefined>;

interface Asked {
  headers: Headers;
  routeOptions: { config?: { [ours]?: true } };
}

const ours = Symbol.for('@runyard/nest-module:route');
/** Where Nest's adapter keeps what `@RouteConfig()` is given. */
const routeConfig = '__fastify_route_config__';

/**
 * Fastify refuses bodies of types that it has no parser for, and one that says JSON and is empty, as clients send it to start a job. On our
 * routes it reads only what says JSON; the rest is ours to read and to judge, as it is on Express.
 */
export const readOtherBodies = (
  adapter: AbstractHttpAdapter,
  controller: Type,
  routes: readonly ControllerRoute[],
): void => {
  for (const { name } of routes) decorateRoute(controller, name, SetMetadata(routeConfig, { [ours]: true }));
  const fastify = adapter.getInstance<Fastify>();
  const hidden = new WeakMap<object, Headers>();
  fastify.addHook('onRequest', ({ headers, routeOptions }, _reply, done) => {
    if (routeOptions.config?.[ours]) {
      if (isEmpty(headers)) delete headers['content-type'];
      else if (!isJson(headers)) hidden.set(headers, hide(headers));
    }
    done();
  });
  fastify.addHook('preValidation', ({ headers }, _reply, done) => {
    Object.assign(headers, hidden.get(headers));
    done();
  });
};

// What Fastify takes no body to be there by.
const bodyHeaders = ['content-type', 'content-length', 'transfer-encoding'];

const hide = (headers: Headers): Headers => {
  const given = bodyHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]] as const]));
  for (const [name] of given) delete headers[name];
  return Object.fromEntries(given);
};

const isEmpty = (headers: Headers): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;

const isJson = (headers: Headers): boolean => /^application\/json\s*(;|$)/i.test(`${headers['content-type']}`);

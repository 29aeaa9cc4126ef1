import { Hono } from 'hono';
import { RunyardError } from '../domain/errors.ts';
import type { Runyard } from '../services/runyard.ts';
import { allRoutes } from './all-routes.ts';
import { type App, answerCall } from './answer-call.ts';
import { checkedOptions } from './app-options.ts';
import { authenticateCall } from './authenticate-call.ts';
import { cleanBasePath } from './clean-base-path.ts';
import type { HttpApp, HttpAppOptions, Native } from './http-app.ts';
import { openapiDocument } from './openapi/document.ts';
import { elsewhere, methodsOf } from './other-methods.ts';
import { ownedPaths } from './owned-paths.ts';
import { type AnyAnswer, asResponse, plainly } from './plain-answer.ts';
import { isFault, problemAnswer } from './problem.ts';
import { routes as nativeRoutes } from './routes/index-of-routes.ts';
import { metricsRoute, publicMetricsRoute } from './routes/metrics.ts';

/**
 * The neutral HTTP app: mount it with `@runyard/express-router`, `@runyard/nest-module`, `nodeHandler` or anything that
 * speaks fetch. Throws `invalid-option`, and `no-authentication` when there is no way to know who is asking.
 */
export const createHttpApp = (runyard: Runyard, given: HttpAppOptions = {}): HttpApp => {
  const options = checkedOptions(given);
  const { authenticate: own } = options;
  const authenticate = own ? runyard.http.authenticateWith(own) : runyard.http.authenticate;
  if (authenticate === null) throw withoutAuthentication();
  const basePath = cleanBasePath(options.basePath ?? '/api');
  const closing = new AbortController();
  const routes = (options.saturn === false ? nativeRoutes : allRoutes).map((each) =>
    each === metricsRoute && runyard.http.publicMetrics ? publicMetricsRoute : each,
  );
  const app: App = {
    runyard,
    routes,
    authenticate,
    basePath,
    body: {
      most: runyard.http.bodyLimit,
      timeoutMs: options.bodyTimeoutMs ?? 30_000,
      stallMs: options.bodyStallMs ?? 10_000,
    },
    streams: {
      signal: closing.signal,
      keepAliveMs: options.keepAliveMs ?? 15_000,
      recheckMs: options.recheckMs ?? 60_000,
    },
  };
  const hono = mount(app);
  const isOurs = ownedPaths(routes, runyard.http);
  const answerAny = async (request: Request, native: Native): Promise<AnyAnswer> => hono.fetch(request, { native });
  const http: HttpApp = {
    fetch: async (request, native = {}) => asResponse(await answerAny(request, native)),
    owns: (path) => isOurs(below(basePath, path) ?? ''),
    readerStallMs: options.readerStallMs ?? 300_000,
    openapi: () => openapiDocument(routes, { version: runyard.http.version, server: basePath }),
    close: () => closing.abort(new RunyardError('closed', 'The server is closing.')),
  };
  plainly.set(http, answerAny);
  return http;
};

type Env = { Bindings: { native: Native } };

// Hono finds the route; everything that a route means is in its own description.
const mount = (app: App): Hono<Env> => {
  const methodsAt = methodsOf(app.routes);
  const hono = new Hono<Env>({
    getPath: (request, given) => {
      const { mount = '', path = pathOf(request.url) } = given?.env?.native ?? {};
      return below(`${mount}${app.basePath}`, path) ?? '/*';
    },
  });
  for (const route of app.routes)
    hono.on(route.method, route.path.replace(/\{(\w+)\}/g, ':$1'), (context) => {
      const incoming = { request: context.req.raw, native: context.env.native, params: context.req.param() };
      return withoutBody(incoming.request, answerCall(route, app, incoming)).then(asHono);
    });
  hono.notFound(async (context) => {
    await authenticateCall(app.authenticate, context.req.raw, context.env.native);
    return asHono(elsewhere(methodsAt(context.req.path), context.req));
  });
  hono.onError((error, context) => {
    const { signal } = context.req.raw;
    const isLeft = signal.aborted && signal.reason === error;
    if (isFault(error) && !isLeft) app.runyard.http.logger?.error({ err: error }, 'A request could not be answered.');
    return asHono(problemAnswer(error));
  });
  return hono;
};

// Hono passes on what a handler gives.
const asHono = (answer: AnyAnswer): Response => answer as Response;

// Hono drops the body of an answer to HEAD; what would go on reading a log has to be told.
const withoutBody = async ({ method }: Request, answering: Promise<AnyAnswer>): Promise<AnyAnswer> => {
  const given = await answering;
  if (method !== 'HEAD') return given;
  if (!(given instanceof Response)) {
    given.stream?.cancel();
    return { status: given.status, headers: given.headers, text: null };
  }
  await given.body?.cancel();
  return new Response(null, given);
};

const pathOf = (url: string): string => url.slice(url.indexOf('/', url.indexOf('://') + 3)).split(/[?#]/, 1)[0] ?? '/';

/** The part of a path below a prefix; undefined where it is not below. */
const below = (prefix: string, path: string): string | undefined =>
  path.startsWith(prefix) && (path[prefix.length] ?? '/') === '/'
    ? path.slice(prefix.length).replace(/\/+$/, '') || '/'
    : undefined;

const withoutAuthentication = (): RunyardError =>
  new RunyardError(
    'no-authentication',
    'The routes would be open to anybody. Give `createRunyard({ tokens: [record] })` (made by `mintToken`), ' +
      '`createRunyard({ directory: true })` or `createRunyard({ authenticate })`, or pass `authenticate` here: a function that tells who sent a request, or null.',
    { field: 'authenticate' },
  );

import { Hono } from 'hono';
import type { Authenticate } from '../access/directory/authenticator.ts';
import { RunyardError } from '../domain/errors.ts';
import { parseWith } from '../domain/job/parse-with.ts';
import type { Runyard } from '../services/runyard.ts';
import { allRoutes } from './all-routes.ts';
import { errorInOwnerWords } from './answers/owner-words.ts';
import { authenticateCall } from './authenticate-call.ts';
import type { HttpApp, HttpAppOptions, Native } from './http-app.ts';
import { ids } from './ids.ts';
import { openapiDocument } from './openapi/document.ts';
import { elsewhere, methodsOf } from './other-methods.ts';
import { ownedPaths } from './owned-paths.ts';
import { parseBody } from './parse-body.ts';
import { type AnyAnswer, asResponse, plainly } from './plain-answer.ts';
import { isFault, problemAnswer } from './problem.ts';
import { type BodyLimits, readBody } from './read-body.ts';
import { readQuery } from './read-query.ts';
import type { PublicCall, Route } from './route.ts';
import { routes as nativeRoutes } from './routes/index-of-routes.ts';
import { metricsRoute, publicMetricsRoute } from './routes/metrics.ts';
import { unquoted } from './unquoted.ts';

/**
 * The neutral HTTP app: mount it with `@runyard/express-router`, `@runyard/nest-module`, `nodeHandler` or anything that
 * speaks fetch. Throws `no-authentication` when there is no way to know who is asking.
 */
export const createHttpApp = (runyard: Runyard, options: HttpAppOptions = {}): HttpApp => {
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

interface App {
  runyard: Runyard;
  routes: readonly Route[];
  authenticate: Authenticate;
  basePath: string;
  body: BodyLimits;
  streams: PublicCall['streams'];
}

type Env = { Bindings: { native: Native } };

/** The first part of every path of ours: `jobs`, `runs`, …; for hosts that register routes by name. */
export const topLevelNames: readonly string[] = [...new Set(allRoutes.map(({ path }) => path.split('/')[1] ?? ''))];

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
      return withoutBody(incoming.request, answer(route, app, incoming)).then(asHono);
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

interface Incoming {
  request: Request;
  native: Native;
  params: Record<string, string>;
}

// Who, then where, then what: a caller without a token learns nothing, not even whether its body is right.
const answer = async (route: Route, app: App, { request, native, params }: Incoming): Promise<AnyAnswer> => {
  const { runyard, routes, basePath, streams } = app;
  const ask = (asking: Request) => authenticateCall(app.authenticate, asking, native);
  const first = route.access === 'public' ? null : await ask(request);
  checkIds(params);
  const query = route.query && parseWith(route.query, readQuery(request.url), { code: 'invalid-request' });
  const beganAt = runyard.http.monotonic();
  const bytes = route.body && (await readBody(request, app.body, runyard.http));
  // A client may take half a minute to send its body, and may have lost its rights meanwhile.
  const isLate = runyard.http.monotonic() - beganAt > soonMs;
  const askAgain = () => ask(bytes ? unread(request, bytes) : request);
  const principal = first && isLate ? await askAgain() : first;
  const call: PublicCall = {
    request,
    runyard,
    params,
    query,
    body: route.body && bytes && (await parsedBody(route.body, bytes, request.headers.get('content-type'))),
    url: (path) => `${native.mount ?? ''}${basePath}${path}`,
    openapi: () =>
      openapiDocument(routes, { version: runyard.http.version, server: `${native.mount ?? ''}${basePath}` }),
    streams,
  };
  if (route.access === 'public') return route.handle(call);
  if (principal === null) throw new RunyardError('internal', 'A route was answered for nobody.');
  const again = async () => runyard.as(await askAgain());
  const owners = runyard.http.ownersFor(principal);
  try {
    return await route.handle({ ...call, principal, services: runyard.as(principal, askAgain), owners, again });
  } catch (error) {
    // A token that is for one job is told nothing of others, whose ids it may send.
    throw principal.job === undefined ? await errorInOwnerWords(owners, error) : error;
  }
};

/** Whoever was asked for so little time ago is not asked again, ms. */
const soonMs = 1_000;

// For an `authenticate` that judges by the body too.
const unread = ({ url, method, headers, signal }: Request, body: Uint8Array<ArrayBuffer>): Request =>
  new Request(url, { method, headers, signal, ...(body.length > 0 && { body }) });

const parsedBody = async (
  body: NonNullable<Route['body']>,
  bytes: Uint8Array,
  contentType: string | null,
): Promise<unknown> => {
  const parse = async () => parseWith(body.schema, parseBody(bytes, contentType) ?? {}, { code: body.code });
  return body.isSecret ? unquoted(parse) : parse();
};

const checkIds = (params: Record<string, string>): void => {
  for (const [name, value] of Object.entries(params)) {
    const unknown = ids[name];
    if (unknown && !/^[0-9a-f]{32}$/.test(value))
      throw new RunyardError(unknown.missing, `There is no ${unknown.what} of that id; ids are 32 hex digits.`);
  }
};

const pathOf = (url: string): string => url.slice(url.indexOf('/', url.indexOf('://') + 3)).split(/[?#]/, 1)[0] ?? '/';

/** The part of a path below a prefix; undefined where it is not below. */
const below = (prefix: string, path: string): string | undefined =>
  path.startsWith(prefix) && (path[prefix.length] ?? '/') === '/'
    ? path.slice(prefix.length).replace(/\/+$/, '') || '/'
    : undefined;

const cleanBasePath = (path: string): string => {
  const clean = path.replace(/\/+$/, '');
  return clean === '' || clean.startsWith('/') ? clean : `/${clean}`;
};

const withoutAuthentication = (): RunyardError =>
  new RunyardError(
    'no-authentication',
    'The routes would be open to anybody. Give `createRunyard({ tokens: [record] })` (made by `mintToken`), ' +
      '`createRunyard({ directory: true })` or `createRunyard({ authenticate })`, or pass `authenticate` here: a function that tells who sent a request, or null.',
    { field: 'authenticate' },
  );

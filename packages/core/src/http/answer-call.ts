import type { Authenticate } from '../access/directory/authenticator.ts';
import { RunyardError } from '../domain/errors.ts';
import { parseWith } from '../domain/job/parse-with.ts';
import type { Runyard } from '../services/runyard.ts';
import { errorInOwnerWords } from './answers/owner-words.ts';
import { authenticateCall } from './authenticate-call.ts';
import { refuseCrossSite } from './cross-site.ts';
import type { Native } from './http-app.ts';
import { ids } from './ids.ts';
import { openapiDocument } from './openapi/document.ts';
import { parseBody } from './parse-body.ts';
import type { AnyAnswer } from './plain-answer.ts';
import { type BodyLimits, readBody } from './read-body.ts';
import { readQuery } from './read-query.ts';
import type { PublicCall, Route } from './route.ts';
import { unquoted } from './unquoted.ts';

/** What every call needs to know of the app. */
export interface App {
  runyard: Runyard;
  routes: readonly Route[];
  authenticate: Authenticate;
  basePath: string;
  body: BodyLimits;
  streams: PublicCall['streams'];
}

interface Incoming {
  request: Request;
  native: Native;
  params: Record<string, string>;
}

/** Who, then where, then what: a caller without a token learns nothing, not even whether its body is right. */
export const answerCall = async (route: Route, app: App, { request, native, params }: Incoming): Promise<AnyAnswer> => {
  refuseCrossSite(request);
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
    body: route.body && bytes && (await parsedBody(route.body, bytes, request.headers)),
    url: (path) => `${native.mount ?? ''}${basePath}${path}`,
    openapi: () =>
      openapiDocument(routes, { version: runyard.http.version, server: `${native.mount ?? ''}${basePath}` }),
    streams,
  };
  if (route.access === 'public') return route.handle(call);
  if (principal === null) throw new RunyardError('internal', 'A route was answered for nobody.');
  const again = async () => runyard.http.servicesFor(await askAgain());
  const owners = runyard.http.ownersFor(principal);
  try {
    return await route.handle({
      ...call,
      principal,
      services: runyard.http.servicesFor(principal, askAgain),
      owners,
      again,
    });
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

const parsedBody = async (body: NonNullable<Route['body']>, bytes: Uint8Array, headers: Headers): Promise<unknown> => {
  const parse = async () => parseWith(body.schema, parseBody(bytes, headers), { code: body.code });
  return body.isSecret ? unquoted(parse) : parse();
};

const checkIds = (params: Record<string, string>): void => {
  for (const [name, value] of Object.entries(params)) {
    const unknown = ids[name];
    if (unknown && !/^[0-9a-f]{32}$/.test(value))
      throw new RunyardError(unknown.missing, `There is no ${unknown.what} of that id; ids are 32 hex digits.`);
  }
};

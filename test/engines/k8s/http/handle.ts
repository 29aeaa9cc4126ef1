import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { ApiServerOptions, CallCount, OnCreate, OnDelete, ReadLog } from '../cluster.ts';
import type { Store } from '../objects/store.ts';
import { authorize } from './authorize.ts';
import { type Call, placeOf, readBody, verbOf } from './call.ts';
import { remove, removeCollection } from './delete.ts';
import { brokenByFault, cutLog, faultAnswer, losesAnswer } from './faults.ts';
import { list } from './list.ts';
import { readLog } from './log.ts';
import { openPath } from './open-paths.ts';
import { type Answer, Refusal, refusal, unauthorized, unknownPath } from './refusal.ts';
import { patch, update } from './update.ts';
import type { Users } from './users.ts';
import { watch } from './watch.ts';
import { answerWith, create, named } from './write.ts';

/** What carries out calls, and may change while the server runs. */
export interface Hooks {
  readLog: ReadLog | null;
  onDelete: OnDelete | null;
  onCreate: OnCreate | null;
}

export interface Handler {
  store: Store;
  users: Users;
  hooks: Hooks;
  options: ApiServerOptions;
  count(call: CallCount): void;
}

/** One request. Never rejects. */
export async function handle(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const counted: CallCount = { verb: 'get', resource: request.url ?? '', status: 0, namespace: null, user: null };
  const tell = (status: number) => handler.count({ ...counted, status });
  try {
    await carryOut(handler, { request, response, counted, tell });
  } catch (error) {
    if (response.headersSent || response.destroyed) return void response.destroy();
    const thrown =
      error instanceof Refusal ? error : refusal(500, `Internal error occurred: ${error}`, { reason: 'InternalError' });
    tell(thrown.answer.status);
    send(response, thrown.answer);
  }
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Filled in as soon as it is known. */
  counted: CallCount;
  tell(status: number): void;
}

async function carryOut(handler: Handler, exchange: Exchange): Promise<void> {
  const { request, response, counted, tell } = exchange;
  const { faults } = handler.options;
  const url = new URL(request.url ?? '/', 'http://server');
  const user = handler.users.of(request.headers.authorization);
  counted.user = user?.name ?? null;
  const finish = (answer: Answer) => {
    tell(answer.status);
    if (losesAnswer(faults)) response.destroy();
    else send(response, answer);
  };

  const open = await openPath(url.pathname, request, user);
  if (open) {
    Object.assign(counted, open.counted);
    return finish(faultAnswer(faults) ?? open.answer);
  }
  const place = placeOf(url.pathname);
  const verb = verbOf(request.method ?? 'GET', place, url.searchParams);
  Object.assign(counted, {
    verb,
    resource: place.subresource ? `${place.info.resource}/${place.subresource}` : place.info.resource,
    namespace: place.namespace,
  });
  const fault = faultAnswer(faults);
  if (fault) return finish(fault);
  if (!user) throw unauthorized();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const call: Call = {
    ...place,
    verb,
    query: url.searchParams,
    contentType: (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    user,
    body: () => readBody(request),
    signal: gone.signal,
  };
  authorize(call);
  brokenByFault(faults, call);
  if (verb === 'watch') return openWatch(handler, call, exchange);
  if (call.subresource) return sendLog(handler, call, exchange);
  finish(await answer(handler, call));
}

async function answer({ store, hooks, options }: Handler, call: Call): Promise<Answer> {
  if (call.verb === 'get') return answerWith(named(store, call));
  if (call.verb === 'list') return list(store, call, options.faults);
  if (call.verb === 'create') return create(store, call, hooks.onCreate);
  if (call.verb === 'update') return update(store, call);
  if (call.verb === 'patch') return patch(store, call);
  if (call.verb === 'delete') return remove(store, call, hooks.onDelete);
  return removeCollection(store, call, hooks.onDelete);
}

function openWatch({ store, options }: Handler, call: Call, { response, tell }: Exchange): void {
  const { faults, watchTimeoutMs = 600_000, bookmarkMs = 60_000 } = options;
  const opened = watch(store, call, { faults, timeoutMs: watchTimeoutMs, bookmarkMs });
  tell(200);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  opened.begin({
    write: (line) => void response.write(line),
    end: () => void response.end(),
    cut: (how) => cut(response, how),
  });
}

// What was written goes out first. A break can look like an orderly end, as those of a proxy do.
function cut(response: ServerResponse, how: 'end' | 'reset'): void {
  if (how === 'end') response.end();
  else response.socket?.end(() => response.destroy());
}

async function sendLog({ store, hooks, options }: Handler, call: Call, { response, tell }: Exchange): Promise<void> {
  if (call.info.resource !== 'pods' || call.subresource !== 'log' || call.verb !== 'get') throw unknownPath();
  const answered = await readLog(store, call, hooks.readLog);
  tell(answered.status);
  if (!('stream' in answered)) return send(response, answered);
  response.writeHead(answered.status, { 'content-type': 'text/plain' });
  response.flushHeaders();
  await pipeline(answered.stream, cutLog(options.faults), response).catch(() => response.destroy());
}

function send(response: ServerResponse, { status, body, contentType, headers = {}, warnings = [] }: Answer): void {
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  response.statusCode = status;
  for (const text of warnings) response.appendHeader('warning', `299 - ${JSON.stringify(text)}`);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (status === 204) return void response.end();
  response.setHeader('content-type', contentType ?? 'application/json');
  response.end(bytes);
}

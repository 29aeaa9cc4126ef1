import { spawn } from 'node:child_process';
import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentList, PreparedAttempt, StartOrder } from './answers.ts';
import { type Attempt, look, outputOf, stopStep, workspaceOf } from './attempt.ts';
import type { Attempts } from './attempts.ts';

export interface AgentContext {
  attempts: Attempts;
  place: string;
  token: string;
}

type Reply = { status: number; body?: Uint8Array | object };
const gone: Reply = { status: 404 };

/** One request, one answer. `x-agent` tells an answer of ours from that of a proxy in between. */
export const answer = async (
  context: AgentContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { status, body } = await reply(context, request).catch((error) => ({
    status: 500,
    body: { error: `${error}` },
  }));
  const bytes = body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body);
  response.writeHead(status, { 'x-agent': '1' }).end(bytes);
};

const reply = async (context: AgentContext, request: IncomingMessage): Promise<Reply> => {
  const { attempts, place } = context;
  const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://agent');
  const [, kind, name = '', verb = ''] = pathname.split('/');
  const { 'x-place': asked = place } = request.headers;
  if (!isToken(request.headers.authorization, context.token)) return { status: 401 };
  if (asked !== place) return { status: 421, body: { error: `This is ${place}.` } };
  if (kind === 'place') return { status: 200, body: { place } };
  if (kind === 'keys') return prepare(context, name, (await readJson(request)) as { installation: string });
  if (name === '') {
    const found = await Promise.all(attempts.of(query.get('installation') ?? '').map(look));
    return { status: 200, body: { place, attempts: found } satisfies AgentList };
  }
  const attempt = attempts.byId(name);
  const route = routes[`${request.method} ${verb}`.trim()];
  return attempt === undefined || route === undefined ? gone : route({ attempt, attempts, request, query });
};

const prepare = async (
  { attempts, place }: AgentContext,
  key: string,
  body: { installation: string },
): Promise<Reply> => {
  const made = await attempts.prepare(key, body.installation);
  if (made === null) return { status: 409 };
  return { status: 200, body: { id: made.id, place, started: made.startedAt !== null } satisfies PreparedAttempt };
};

interface Asked {
  attempt: Attempt;
  attempts: Attempts;
  request: IncomingMessage;
  query: URLSearchParams;
}

const routes: Record<string, (asked: Asked) => Promise<Reply>> = {
  async 'PUT workspace'({ attempt, attempts, request }) {
    const tar = spawn('tar', ['-xf', '-', '-C', workspaceOf(attempt)], { stdio: ['pipe', 'ignore', 'inherit'] });
    const exited = once(tar, 'exit');
    await pipeline(request, tar.stdin);
    const [code] = await exited;
    if (attempts.byId(attempt.id) === undefined) return gone;
    return code === 0 ? { status: 204 } : { status: 500, body: { error: `tar ended with ${code}` } };
  },

  async 'POST start'({ attempt, attempts, request }) {
    return (await attempts.start(attempt, (await readJson(request)) as StartOrder)) ? { status: 200 } : { status: 410 };
  },

  // With `unlike`: not before it stands elsewhere.
  async GET({ attempt, attempts, request, query }) {
    const here = (): boolean => attempts.byId(attempt.id) !== undefined;
    await held(request, async () => !here() || (await look(attempt)).state !== query.get('unlike'));
    return here() ? { status: 200, body: await look(attempt) } : gone;
  },

  // 204: there is no more, and with `follow` there will be none.
  async 'GET output'({ attempt, attempts, request, query }) {
    const after = Number(query.get('after'));
    let [ended, bytes] = [false, new Uint8Array()];
    await held(request, async () => {
      ended = attempt.end !== null || attempts.byId(attempt.id) === undefined || query.get('follow') !== 'true';
      bytes = await readFrom(outputOf(attempt), after); // behind the look at its end, so that nothing is missed
      return ended || bytes.length > 0;
    });
    return bytes.length > 0 || !ended ? { status: 200, body: bytes } : { status: 204 };
  },

  async 'POST stop'({ attempt, attempts, request }) {
    attempts.stop(attempt, ((await readJson(request)) as { graceMs: number }).graceMs);
    let [running, quiet] = [true, 0];
    // Twice: a process that just becomes another program shows no environment for a moment.
    await held(request, async () => {
      running = await stopStep(attempt);
      quiet = running ? 0 : quiet + 1;
      return quiet === 2;
    });
    return { status: 200, body: { running: quiet < 2 } };
  },

  async DELETE({ attempt, attempts }) {
    await attempts.remove(attempt);
    return { status: 204 };
  },
};

// Until it is so, the caller has gone, or proxies would grow impatient.
const held = async ({ socket }: IncomingMessage, isSo: () => Promise<boolean>): Promise<void> => {
  const until = performance.now() + 20_000;
  while (!(await isSo()) && !socket.destroyed && performance.now() < until) await sleep(20);
};

const readFrom = async (path: string, after: number): Promise<Uint8Array<ArrayBuffer>> => {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return new Uint8Array();
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(256 * 1024), { position: after });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};

const isToken = (header: string | undefined, token: string): boolean => {
  const [given, wanted] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};

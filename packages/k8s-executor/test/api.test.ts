import { getEventListeners, once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { type Clock, systemClock } from '@runyard/core';
import { ManualClock, seededEntropy } from '@runyard/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Api, ApiCall } from '../src/api/api.ts';
import { connect } from '../src/api/connect.ts';
import { asPortFault } from '../src/api/faults.ts';
import { ApiRefusal } from '../src/api/refusal.ts';
import type { K8sExecutorOptions } from '../src/options.ts';
import { passing } from './support/passing.ts';
import { json, type ScriptedServer, startScriptedServer, text } from './support/scripted-server.ts';

let server: ScriptedServer;
const opened: Api[] = [];
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(async () => {
  for (const api of opened.splice(0)) api.close();
  await server[Symbol.asyncDispose]();
});

const jobs = '/apis/batch/v1/namespaces/n/jobs';
const { signal } = new AbortController();
const get = (call: Partial<ApiCall> = {}): ApiCall => ({ method: 'GET', path: jobs, signal, ...call });

const apiOf = async (options: Partial<K8sExecutorOptions> = {}, clock: Clock = systemClock()): Promise<Api> => {
  const host = { clock, entropy: seededEntropy(1) };
  const { api } = await connect({ kubeConfig: server.kubeConfig, ...options }, host);
  opened.push(api);
  return api;
};

const unavailable = (words: string) =>
  expect.objectContaining({ code: 'executor-unavailable', message: expect.stringContaining(words) });

describe('a call', () => {
  it('sends its body as JSON with its length, and gives the JSON of the answer', async () => {
    const api = await apiOf();
    server.answer = (_request, response) => json(response, 201, { kind: 'Job', name: 'ü' });
    const call = { method: 'DELETE', path: `${jobs}/x`, query: { a: 'b c', gone: undefined }, body: { ü: 1 } } as const;
    expect(await api.ask({ ...call, signal })).toEqual({ kind: 'Job', name: 'ü' });
    expect(server.received).toMatchObject([
      {
        method: 'DELETE',
        url: `${jobs}/x?a=b+c`,
        body: '{"ü":1}',
        headers: { 'content-type': 'application/json', 'content-length': '8' },
      },
    ]);
  });

  it('goes to a server that lies behind a path, as the kubeconfig says', async () => {
    const kubeConfig = {
      ...server.kubeConfig,
      getCurrentCluster: () => ({ server: `${server.url}/k8s/clusters/c-1/` }),
    };
    await (await apiOf({ kubeConfig })).ask(get());
    expect(server.received[0]?.url).toBe(`/k8s/clusters/c-1${jobs}`);
  });

  it('uses the connection of those before it', async () => {
    const clock = new ManualClock();
    const api = await apiOf({}, clock);
    for (let i = 0; i < 5; i++) {
      await api.ask(get());
      await clock.advance(10_000);
    }
    expect(server.connections).toBe(1);
  });

  it('that is aborted throws the reason, and asks no more', async () => {
    const api = await apiOf();
    const stop = new AbortController();
    server.answer = () => stop.abort(new Error('enough'));
    await expect(api.ask(get({ signal: stop.signal }))).rejects.toThrow('enough');
    await expect(api.ask(get({ signal: stop.signal }))).rejects.toThrow('enough');
    expect(server.received).toHaveLength(1);
  });

  it('leaves nothing on a signal that lives long', async () => {
    const api = await apiOf();
    const long = new AbortController();
    await Promise.all(Array.from({ length: 50 }, () => api.ask(get({ signal: long.signal }))));
    server.answer = (_request, response) => text(response, 404, 'no');
    await expect(api.open(get({ signal: long.signal }))).rejects.toThrow('404');
    expect(getEventListeners(long.signal, 'abort')).toHaveLength(0);
  });

  it('not more than 20 are under way at once; streams are not counted', async () => {
    const api = await apiOf();
    const held: (() => void)[] = [];
    let most = 0;
    server.answer = (request, response) => {
      if (request.url.includes('watch')) return void response.writeHead(200).write('{}\n');
      held.push(() => json(response, 200, {}));
      most = Math.max(most, held.length);
      // One at a time, once no more can come.
      if (held.length === 20) held.shift()?.();
    };
    const watches = await Promise.all(Array.from({ length: 30 }, () => api.open(get({ query: { watch: true } }))));
    const calls = Array.from({ length: 60 }, () => api.ask(get()));
    const all = Promise.all(calls);
    while (server.received.length < 90) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const each of held.splice(0)) each();
    await all;
    expect(most).toBe(20);
    for (const watch of watches) watch[Symbol.dispose]();
  });

  it('ends when the connection is closed, and none begins after that', async () => {
    const api = await apiOf();
    server.answer = () => api.close();
    await expect(api.ask(get())).rejects.toMatchObject({ code: 'closed' });
    await expect(api.ask(get())).rejects.toMatchObject({ code: 'closed' });
    expect(server.received).toHaveLength(1);
  });
});

describe('what is refused', () => {
  const refused = async (status: number, body: object | string, call: Partial<ApiCall> = {}) => {
    const api = await apiOf();
    server.answer = (_request, response) =>
      typeof body === 'string' ? text(response, status, body) : json(response, status, body);
    const fault: unknown = await api.ask(get(call)).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ApiRefusal);
    return fault as ApiRefusal;
  };

  it('tells status, reason, words and causes of a Status', async () => {
    const causes = [
      { reason: 'FieldValueInvalid', message: 'must be no more than 63 characters', field: 'metadata.name' },
    ];
    const told = {
      kind: 'Status',
      message: 'Job.batch "x" is invalid',
      reason: 'Invalid',
      details: { causes },
      code: 422,
    };
    expect(await refused(422, told, { method: 'POST', body: {} })).toMatchObject({
      status: 422,
      reason: 'Invalid',
      words: 'Job.batch "x" is invalid',
      causes,
      missingRight: false,
      message: `The Kubernetes API server refused POST ${jobs} (422 Invalid): Job.batch "x" is invalid`,
    });
    expect(server.received).toHaveLength(1);
  });

  it('tells text as it came', async () => {
    expect(await refused(413, 'too large\n')).toMatchObject({ status: 413, reason: '', words: 'too large' });
    expect(await refused(400, '{"kind":"Other"')).toMatchObject({ words: '{"kind":"Other"' });
    expect(await refused(404, '')).toMatchObject({ words: 'it says nothing' });
  });

  it('says which verb on which resource a Role has to allow, and is no answer about an attempt', async () => {
    const message =
      'jobs.batch is forbidden: User "u" cannot watch resource "jobs" in API group "batch" in the namespace "n"';
    const fault = await refused(403, { kind: 'Status', message, reason: 'Forbidden' }, { query: { watch: true } });
    expect(fault.missingRight).toBe(true);
    expect(fault.message).toContain(
      "does not let Runyard watch jobs in namespace 'n': give its user a Role with the verb 'watch' on 'jobs' of API group 'batch' there.",
    );
    expect(asPortFault(fault, signal)).toEqual(unavailable("the verb 'watch' on 'jobs'"));
    const log = { path: '/api/v1/namespaces/n/pods/p/log' };
    const ofLog = 'pods "p" is forbidden: User "u" cannot get resource "pods/log" in API group "" in the namespace "n"';
    expect((await refused(403, { kind: 'Status', message: ofLog }, log)).message).toContain(
      "the verb 'get' on 'pods/log' there",
    );
    const place = { path: '/api/v1/namespaces/n' };
    const ofPlace =
      'namespaces "n" is forbidden: User "u" cannot get resource "namespaces" in API group "" in the namespace "n"';
    expect((await refused(403, { kind: 'Status', message: ofPlace }, place)).message).toContain(
      "get namespaces in namespace 'n'",
    );
  });

  it('a quota and a namespace that ends are not a missing right', async () => {
    const quota = {
      kind: 'Status',
      reason: 'Forbidden',
      message: 'jobs.batch "x" is forbidden: exceeded quota: team, requested: …',
    };
    expect(await refused(403, quota)).toMatchObject({ missingRight: false, status: 403 });
    const ending = {
      kind: 'Status',
      reason: 'Forbidden',
      message:
        'jobs.batch "x" is forbidden: unable to create new content in namespace n because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating' }] },
    };
    expect(await refused(403, ending)).toMatchObject({
      missingRight: false,
      causes: [{ reason: 'NamespaceTerminating' }],
    });
  });
});

describe('what is not answered', () => {
  // Answers that way until the clock has moved; then well.
  const failing = (fail: ScriptedServer['answer'], times: number) => {
    let left = times;
    server.answer = (request, response) =>
      left-- > 0 ? fail(request, response) : void json(response, 200, { kind: 'Fine' });
  };

  it.each([429, 500, 502, 503, 504])('%i is asked again', async (status) => {
    const clock = new ManualClock();
    const api = await apiOf({}, clock);
    failing((_request, response) => text(response, status, 'later'), 3);
    expect(await passing(clock, api.ask(get()))).toEqual({ kind: 'Fine' });
    expect(server.received).toHaveLength(4);
  });

  it('and so is what breaks, before its answer and within it', async () => {
    const clock = new ManualClock();
    const api = await apiOf({}, clock);
    failing((_request, response) => void response.destroy(), 1);
    await passing(clock, api.ask(get()));
    failing(
      (_request, response) =>
        void response.writeHead(200, { 'content-length': '9' }).write('{"a":1', () => response.destroy()),
      1,
    );
    await passing(clock, api.ask(get()));
    failing((_request, response) => text(response, 200, '<html>a page of a proxy</html>'), 1);
    await passing(clock, api.ask(get()));
    expect(server.received).toHaveLength(6);
  });

  it('the server says when: in seconds, as a date, in the Status', async () => {
    const clock = new ManualClock({ now: Date.UTC(2026, 0, 1) });
    const api = await apiOf({}, clock);
    const waits = async (fail: ScriptedServer['answer']) => {
      failing(fail, 1);
      const began = clock.monotonic();
      await passing(clock, api.ask(get()));
      return clock.monotonic() - began;
    };
    const soon = await waits((_request, response) => text(response, 429, 'x', { 'retry-after': '7' }));
    expect(soon).toBeGreaterThanOrEqual(7_000);
    expect(soon).toBeLessThan(9_000);
    const date = new Date(clock.now() + 12_000).toUTCString();
    expect(await waits((_request, response) => text(response, 503, 'x', { 'retry-after': date }))).toBeGreaterThan(
      10_900,
    );
    const details = { retryAfterSeconds: 5 };
    const told = { kind: 'Status', message: 'x', details };
    expect(await waits((_request, response) => json(response, 500, told))).toBeGreaterThanOrEqual(5_000);
  });

  it('while one call is told to wait, others go on', async () => {
    const clock = new ManualClock();
    const api = await apiOf({}, clock);
    server.answer = (request, response) =>
      request.url.endsWith('pods') ? text(response, 429, 'x', { 'retry-after': '5' }) : json(response, 200, {});
    const stop = new AbortController();
    const told = Array.from({ length: 40 }, () =>
      api.ask(get({ path: '/api/v1/namespaces/n/pods', signal: stop.signal })),
    );
    await api.ask(get());
    stop.abort(new Error('enough'));
    for (const each of told) await expect(each).rejects.toThrow('enough');
  });

  it('for callTimeoutMs; then the server counts as away, and the last answer is told', async () => {
    const clock = new ManualClock();
    const api = await apiOf({}, clock);
    server.answer = (_request, response) => text(response, 503, 'service unavailable\n');
    const began = clock.monotonic();
    const fault = await passing(
      clock,
      api.ask(get()).catch((error: unknown) => error),
    );
    expect(fault).toEqual(unavailable(`at ${server.url} answered 503 for 30 s: service unavailable (GET ${jobs})`));
    expect(fault).toMatchObject({ cause: { status: 503 } });
    expect(clock.monotonic() - began).toBe(30_000);
    expect(server.received.length).toBeGreaterThan(6);
    expect(server.received.length).toBeLessThan(14);
  });

  it('a wait that is longer than that is not begun', async () => {
    const api = await apiOf({ callTimeoutMs: 5_000 }, new ManualClock());
    server.answer = (_request, response) => text(response, 429, 'x', { 'retry-after': '60' });
    await expect(api.ask(get())).rejects.toEqual(unavailable('answered 429 for 5 s'));
  });

  it('a call may be asked once', async () => {
    const api = await apiOf({}, new ManualClock());
    server.answer = (_request, response) => text(response, 500, 'no kubelet');
    await expect(api.ask(get({ patienceMs: 0 }))).rejects.toEqual(unavailable('answered 500: no kubelet'));
    expect(server.received).toHaveLength(1);
  });

  it('a connection that is open and silent is given up in time', async () => {
    const api = await apiOf();
    server.answer = () => {};
    await expect(api.ask(get({ patienceMs: 0, silenceMs: 50 }))).rejects.toEqual(
      unavailable('no answer within 0.05 s'),
    );
  });

  it('a server that is not there is told with its address', async () => {
    const api = await apiOf();
    await server[Symbol.asyncDispose]();
    await expect(api.ask(get({ patienceMs: 0 }))).rejects.toEqual(unavailable('ECONNREFUSED'));
    server = await startScriptedServer();
  });

  it('who waits for his turn is turned away only when nobody was answered', async () => {
    const clock = new ManualClock();
    const api = await apiOf({ callTimeoutMs: 10_000 }, clock);
    server.answer = () => {};
    const stop = new AbortController();
    const inside = Array.from({ length: 20 }, () => api.ask(get({ signal: stop.signal })));
    for (const each of inside) each.catch(() => {});
    const outside = api.ask(get());
    outside.catch(() => {});
    while (server.received.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    // A watch is answered meanwhile.
    await clock.advance(8_000);
    server.answer = (_request, response) => json(response, 200, {});
    (await api.open(get()))[Symbol.dispose]();
    await clock.advance(8_000);
    await clock.advance(1_999);
    let turnedAway = false;
    outside.catch(() => {
      turnedAway = true;
    });
    await clock.advance(0);
    expect(turnedAway).toBe(false);
    await clock.advance(1);
    await expect(outside).rejects.toEqual(unavailable('has answered no call for 10 s'));
    stop.abort(new Error('enough'));
  });
});

describe('credentials', () => {
  it('are asked for anew after a 401, and the call is asked again', async () => {
    let asked = 0;
    const kubeConfig = {
      ...server.kubeConfig,
      async applyToHTTPSOptions(options: RequestOptions) {
        options.headers = { Authorization: `Bearer t${++asked}` };
      },
    };
    const api = await apiOf({ kubeConfig });
    server.answer = ({ headers }, response) =>
      headers.authorization === 'Bearer t1'
        ? json(response, 401, { kind: 'Status', message: 'Unauthorized' })
        : json(response, 200, {});
    await Promise.all(Array.from({ length: 5 }, () => api.ask(get())));
    expect(asked).toBe(2);
  });

  it('that stay refused are no answer about an attempt', async () => {
    const api = await apiOf();
    server.answer = (_request, response) => json(response, 401, { kind: 'Status', message: 'Unauthorized' });
    await expect(api.ask(get())).rejects.toEqual(unavailable('does not take the credentials of the kubeconfig (401)'));
    expect(server.received).toHaveLength(2);
  });

  it('are asked for by one at a time, and kept for 10 s', async () => {
    let asked = 0;
    const kubeConfig = {
      ...server.kubeConfig,
      async applyToHTTPSOptions() {
        asked++;
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
    };
    const clock = new ManualClock();
    const api = await apiOf({ kubeConfig }, clock);
    await Promise.all(Array.from({ length: 10 }, () => api.ask(get())));
    expect(asked).toBe(1);
    await clock.advance(10_000);
    await api.ask(get());
    expect(asked).toBe(2);
  });

  it('that cannot be had are told in the words of what gives them', async () => {
    const kubeConfig = {
      ...server.kubeConfig,
      applyToHTTPSOptions: () => Promise.reject(new Error('aws: not logged in')),
    };
    const api = await apiOf({ kubeConfig });
    await expect(api.ask(get({ patienceMs: 0 }))).rejects.toEqual(
      unavailable('gave no credentials: aws: not logged in'),
    );
  });

  it('that never come hold nobody for long', async () => {
    const kubeConfig = { ...server.kubeConfig, applyToHTTPSOptions: () => new Promise<void>(() => {}) };
    const api = await apiOf({ kubeConfig });
    await expect(api.ask(get({ patienceMs: 0, silenceMs: 50 }))).rejects.toEqual(unavailable('gives no credentials'));
  });
});

describe('a stream', () => {
  // Timer 2 is that of keep-alive; the rest is when it is due, in hundredths of a second.
  it.runIf(process.platform === 'linux')('whose peer is gone without a word is found out by the kernel', async () => {
    const api = await apiOf();
    server.answer = (_request, response) => void response.writeHead(200).write('x');
    using _stream = await api.open(get());
    const peer = Number(new URL(server.url).port).toString(16).toUpperCase().padStart(4, '0');
    const connections = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const [timer = '', due = ''] =
      connections.find(([, , remote]) => remote?.endsWith(`:${peer}`))?.[5]?.split(':') ?? [];
    expect(timer).toBe('02');
    expect(Number.parseInt(due, 16)).toBeLessThanOrEqual(3_000);
    expect(Number.parseInt(due, 16)).toBeGreaterThan(2_000);
  });

  it('gives bytes as they come, with the kind of them', async () => {
    const api = await apiOf();
    let go = () => {};
    server.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json; stream=watch' }).write('one');
      go = () => response.end('two');
    };
    const stream = await api.open(get());
    expect(stream).toMatchObject({ status: 200, contentType: 'application/json' });
    const read: string[] = [];
    for await (const chunk of stream) {
      read.push(Buffer.from(chunk).toString());
      go();
    }
    expect(read).toEqual(['one', 'two']);
  });

  it('that breaks says so; that is aborted throws the reason', async () => {
    const api = await apiOf();
    const stop = new AbortController();
    const breaking = async (end: (response: { destroy(): void }) => void) => {
      server.answer = (_request, response) => void response.writeHead(200).write('x', () => end(response));
      for await (const _ of await api.open(get({ signal: stop.signal }))) void _;
    };
    await expect(breaking((response) => response.destroy())).rejects.toEqual(unavailable(`The stream of GET ${jobs}`));
    await expect(breaking(() => stop.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  it('that is left early or disposed of is closed', async () => {
    const api = await apiOf();
    let closed = Promise.resolve<unknown>(undefined);
    server.answer = (_request, response) => {
      closed = once(response, 'close');
      response.writeHead(200).write('x');
    };
    for await (const _ of await api.open(get())) break;
    await closed;
    (await api.open(get()))[Symbol.dispose]();
    await closed;
    expect(server.received).toHaveLength(2);
  });

  it('whose answer begins late is waited for where it is a log that is followed', async () => {
    const api = await apiOf();
    let begin = () => {};
    server.answer = (_request, response) => {
      begin = () => void response.writeHead(200).end('first line');
    };
    const late = api.open(get({ silenceMs: Number.POSITIVE_INFINITY, patienceMs: 0 }));
    while (server.received.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    begin();
    (await late)[Symbol.dispose]();
  });
});

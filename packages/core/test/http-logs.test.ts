import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunyardError } from '../src/domain/errors.ts';
import { unlessAborted } from '../src/engine/within.ts';
import { jsonLines } from '../src/http/logs/json-lines.ts';
import { logFormats, negotiate } from '../src/http/logs/negotiate.ts';
import type { RenderLog } from '../src/http/logs/render-log.ts';
import { textLog } from '../src/http/logs/text-log.ts';
import { whileAllowed } from '../src/http/logs/while-allowed.ts';
import { withSilences } from '../src/http/logs/with-silences.ts';
import type { Take } from '../src/ports/each.ts';
import type { LogLine, LogOptions } from '../src/services/api.ts';
import type { Runyard } from '../src/services/runyard.ts';
import { collect } from './support/collect.ts';
import { type HttpHost, httpHost, read } from './support/http-host.ts';
import { type SentEvent, sentEvents } from './support/sent-events.ts';

let host: HttpHost;
let names = 0;
beforeAll(async () => {
  host = await httpHost();
});
afterAll(() => host[Symbol.asyncDispose]());

const started = async (command: string[], on = host): Promise<string> => {
  const job = await on.job({ name: `job-${++names}`, command });
  return (await read(on.call('POST', `/api/jobs/${job.id}/start`))).body.run.id;
};
const ended = async (command: string[]): Promise<string> => {
  const id = await started(command);
  await host.runyard.runs.wait(id);
  return id;
};
const events = { accept: 'text/event-stream' };
async function* follow(id: string, options: { on?: HttpHost; headers?: object; signal?: AbortSignal } = {}) {
  const { on = host, headers, signal } = options;
  const path = `/api/runs/${id}/logs`;
  yield* sentEvents(await on.call('GET', path, { headers: { ...events, ...headers }, ...(signal && { signal }) }));
}
const nextLine = async (stream: AsyncGenerator<SentEvent>, text: string): Promise<SentEvent> => {
  for (;;) {
    const { value } = await stream.next();
    if (value?.event === 'message' && JSON.parse(value.data).text === text) return value;
    if (value === undefined) throw new Error('the stream ended');
  }
};

describe('the log of a run', () => {
  it('is by default the output as it was', async () => {
    const answer = await read(host.call('GET', `/api/runs/${await ended(['say', 'one', 'two'])}/logs`));
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    // A server that closes does not wait for a connection that only carried a log.
    expect(answer.headers.get('connection')).toBe('close');
    const lines = answer.text.split('\n');
    expect(lines.filter((line) => !line.startsWith('[runyard] '))).toEqual(['one', 'two', '']);
  });

  it('is JSON lines with cursor, time and stream, and can be read on from a cursor or from its tail', async () => {
    const id = await ended(['say', 'one', 'two', 'three']);
    const lines = async (query = '') =>
      (
        await read(host.call('GET', `/api/runs/${id}/logs${query}`, { headers: { accept: 'application/x-ndjson' } }))
      ).text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    const all = await lines();
    const two = all.find((line) => line.text === 'two\n');
    expect(two).toEqual({
      cursor: expect.any(String),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/),
      stream: 'stdout',
      text: 'two\n',
    });
    expect(await lines(`?after=${two.cursor}`)).toEqual(all.slice(all.indexOf(two) + 1));
    expect(await lines('?tail=2')).toEqual(all.slice(-2));
  });

  it('is followed as events from the first line to the end of the run', async () => {
    const { gate } = host;
    const stream = follow(await started(['gated']));
    const context = await gate.next();
    context.log('now');
    await nextLine(stream, 'now\n');
    await host.runyard.runs.cancel(context.runId);
    const rest = await collect(stream);
    expect(rest.at(-1)?.event).toBe('end');
    expect(JSON.parse(rest.at(-1)?.data ?? '')).toMatchObject({
      run_id: context.runId,
      state: 'cancelled',
      reason: 'cancelled-by-user',
    });
  });

  it('goes on behind Last-Event-ID, nothing lost and nothing twice', async () => {
    const id = await ended(['say', 'one', 'two', 'three']);
    const all = await collect(follow(id));
    expect(all.filter(({ data }) => /"(one|two|three)/.test(data))).toHaveLength(3);
    const two = all.findIndex(({ data }) => data.includes('"two'));
    const headers = { 'last-event-id': all[two]?.id ?? '' };
    expect(await collect(follow(id, { headers }))).toEqual(all.slice(two + 1));
  });

  it('ends when the client leaves: the reading stops at once', async () => {
    const reading = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    await using watched = await httpHost();
    spyOnLogs(watched, (options) => {
      options.signal?.addEventListener('abort', () => stopped.resolve());
      reading.resolve();
    });
    const client = new AbortController();
    const stream = follow(await started(['gated'], watched), { on: watched, signal: client.signal });
    const context = await watched.gate.next();
    context.log('x');
    await nextLine(stream, 'x\n');
    await reading.promise;
    client.abort();
    await stopped.promise;
  });

  it('says in a long silence that it is alive', async () => {
    await using quiet = await httpHost({ keepAliveMs: 5 });
    const stream = follow(await started(['gated'], quiet), { on: quiet });
    for (;;) {
      const { value } = await stream.next();
      if (value?.event === 'comment') break;
    }
  });

  it('that is cut off does not look like one that ended', async () => {
    await using closing = await httpHost();
    const id = await started(['gated'], closing);
    const stream = follow(id, { on: closing });
    const text = await closing.call('GET', `/api/runs/${id}/logs?follow=true`);
    const context = await closing.gate.next();
    context.log('x');
    await nextLine(stream, 'x\n');
    closing.app.close();
    const rest = await collect(stream);
    expect(rest.map(({ event }) => event)).not.toContain('end');
    await expect(text.text()).rejects.toThrow();
  });
});

describe('who asks for a `Response`', () => {
  const asked = (on: HttpHost, path: string) =>
    on.app.fetch(new Request(`http://x${path}`, { headers: { authorization: `token ${on.token}` } }));

  it.each(['before he reads', 'while he waits for more'])('may cancel its body %s', async (when) => {
    const id = await started(['gated']);
    (await host.gate.next()).log('x');
    const { body } = await asked(host, `/api/runs/${id}/logs?follow=true`);
    const reader = body?.getReader();
    if (when !== 'before he reads') await reader?.read();
    const next = reader?.read();
    await reader?.cancel();
    expect(await next).toEqual({ done: true, value: undefined });
    // What nobody hears of would be told behind this turn, and fail the test.
    await new Promise(setImmediate);
  });

  it('has nothing read of a log until he reads its body', async () => {
    await using watched = await httpHost();
    let reads = 0;
    spyOnLogs(watched, () => {
      reads++;
    });
    const { body } = await asked(watched, `/api/runs/${await started(['gated'], watched)}/logs?follow=true`);
    (await watched.gate.next()).log('x');
    expect(reads).toBe(0);
    const reader = body?.getReader();
    await reader?.read();
    expect(reads).toBe(1);
    await reader?.cancel();
  });

  it.each<[string, (on: HttpHost) => unknown]>([
    ['app', ({ app }) => app.close()],
    ['Runyard', ({ runyard }) => runyard.close()],
  ])('gets no half log that looks whole where the %s is closed meanwhile', async (_, close) => {
    await using closing = await httpHost();
    const id = await started(['say', ...Array<string>(50).fill('x'.repeat(10_000))], closing);
    await closing.runyard.runs.wait(id);
    const { body } = await asked(closing, `/api/runs/${id}/logs`);
    const reader = body?.getReader();
    await reader?.read();
    await close(closing);
    await expect(
      (async () => {
        while (!(await reader?.read())?.done);
      })(),
    ).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('a log that is followed for days', () => {
  it('ends, and not as one that ended, when who follows it may not read it any more', async () => {
    await using strict = await httpHost({ recheckMs: 5 }, { directory: true });
    const { id: userId } = await strict.runyard.users.create({ name: 'ann' });
    const { view, token } = await strict.runyard.tokens.mint({ name: 'cli', userId });
    const headers = { authorization: `token ${token}` };
    const job = await read(strict.call('POST', '/api/jobs', { headers, body: { name: 'mine', command: ['gated'] } }));
    const { run } = (await read(strict.call('POST', `/api/jobs/${job.body.id}/start`, { headers }))).body;
    const stream = follow(run.id, { on: strict, headers });
    const context = await strict.gate.next();
    context.log('x');
    await nextLine(stream, 'x\n');
    await strict.runyard.tokens.revoke(view.id);
    expect((await collect(stream)).map(({ event }) => event)).not.toContain('end');
  });

  it('goes on where it could not be asked whether he may', async () => {
    const asked = Promise.withResolvers<void>();
    let times = 0;
    const ask = async () => {
      if (++times === 3) asked.resolve();
      throw new RunyardError('store-unavailable', 'The database is away.');
    };
    const { signal } = new AbortController();
    await whileAllowed((allowed) => unlessAborted(allowed, asked.promise), { everyMs: 1, signal, ask });
  });
});

describe('what a log is made of', () => {
  const line = (stream: LogLine['stream'], text: string): LogLine => ({ cursor: 'c', at: 0, stream, text });
  const rendered = async (render: RenderLog, lines: LogLine[]): Promise<string> => {
    let text = '';
    const read = async (take: Take<LogLine>) => {
      for (const each of lines) await take(each);
    };
    const write = (part: string): void => {
      text += part;
    };
    await render(read, write, new AbortController().signal);
    return text;
  };

  it('a phase begins on a line of its own, output is not touched', async () => {
    const lines = [
      line('phase', 'start'),
      line('stdout', 'no newline'),
      line('phase', 'end\n'),
      line('stderr', '\n\nx'),
    ];
    expect(await rendered(textLog, lines)).toBe('[runyard] start\nno newline\n[runyard] end\n\n\nx');
  });

  it('a line of JSON has no newline inside', async () => {
    expect(await rendered(jsonLines, [line('stdout', 'a\nb\n')])).toBe(
      '{"cursor":"c","at":"1970-01-01T00:00:00.000+00:00","stream":"stdout","text":"a\\nb\\n"}\n',
    );
  });

  it('an aborted reader is not waited for, even if its source never answers', async () => {
    const stop = new AbortController();
    const all = withSilences({ ms: 60_000, signal: stop.signal, alive: () => undefined }, () => new Promise(() => {}));
    stop.abort(new Error('gone'));
    await expect(all).rejects.toThrow('gone');
  });

  it('a silent one is not said to be alive again before the reader has taken that', async () => {
    const { signal } = new AbortController();
    const [talk, enough] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const said = { stalled: 0, quick: 0 };
    const stalled = (): Promise<void> => {
      said.stalled++;
      return talk.promise;
    };
    const quick = (): void => {
      if (++said.quick === 3) enough.resolve();
    };
    const both = [stalled, quick].map((alive) => withSilences({ ms: 1, signal, alive }, () => talk.promise));
    await enough.promise;
    expect(said.stalled).toBe(1);
    talk.resolve();
    await Promise.all(both);
  });

  it.each([
    [null, 'text/plain'],
    ['*/*', 'text/plain'],
    ['application/json', 'text/plain'],
    ['text/event-stream', 'text/event-stream'],
    ['text/plain;q=0.5, application/x-ndjson', 'application/x-ndjson'],
    ['application/x-ndjson;q=0', 'text/plain'],
  ])('Accept: %s gives %s', (accept, format) => {
    expect(negotiate(accept, logFormats)).toBe(format);
  });
});

const spyOnLogs = ({ runyard }: HttpHost, onRead: (options: LogOptions) => void): void => {
  const servicesFor: Runyard['as'] = (principal) => {
    const services = runyard.as(principal);
    const logs: typeof services.runs.logs = (id, options = {}) => {
      onRead(options);
      return services.runs.logs(id, options);
    };
    return { ...services, runs: { ...services.runs, logs } };
  };
  Object.assign(runyard.http, { servicesFor });
};

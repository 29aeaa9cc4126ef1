import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRunyard, processExecutor, type Runyard } from '@runyard/core';
import { createHttpApp } from '@runyard/core/http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { postgresStore } from '../src/index.ts';

interface HostProcess {
  child: ChildProcess;
  /** Of its HTTP API. */
  url: string;
}

const lines = 160;
/** Each line of another length, so that no missing byte could hide. */
const script = `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "line $i $((i * i * i))"; sleep 0.02; done`;
const output = Array.from({ length: lines }, (_, n) => `line ${n + 1} ${(n + 1) ** 3}\n`).join('');

describe('logs across instances', () => {
  const postgres = usePostgres();
  let dir: string;
  let schema: string;
  let a: HostProcess;
  let b: Runyard;

  // B has an executor of another name, so it runs nothing of A's, and knows of it only what the database says.
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'runyard-logs-'));
    schema = postgres.schema();
    a = await startHost();
    const store = postgresStore({ connectionString: postgres.url(), schema });
    const executors = { elsewhere: processExecutor() };
    const authenticate = () => ({ kind: 'user' as const, id: 'somebody', admin: true });
    b = await createRunyard({ dataDir: join(dir, 'b'), store, executors, authenticate });
  });
  afterEach(async () => {
    await b.close();
    const exited = once(a.child, 'exit');
    a.child.send('close');
    await exited;
    await postgres.drop(schema);
    await rm(dir, { recursive: true, force: true });
  });

  const startHost = async (): Promise<HostProcess> => {
    const file = fileURLToPath(new URL('./log-host.ts', import.meta.url));
    const args = [file, postgres.url(), schema, join(dir, 'a'), 'process'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const [url] = await once(child, 'message');
    return { child, url };
  };

  const kill = async ({ child }: HostProcess): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  const startRun = async (): Promise<string> => {
    const job = { name: 'counts', command: ['sh', '-c', script] };
    const { id } = await json(await post(`${a.url}/jobs`, job));
    return (await json(await post(`${a.url}/jobs/${id}/start`, {}))).run.id;
  };

  const followOnB = async (id: string, heard: (text: string) => void): Promise<string> => {
    let text = '';
    for await (const line of b.runs.logs(id, { follow: true })) {
      if (line.stream === 'phase') continue;
      text += line.text;
      heard(line.text);
    }
    return text;
  };

  it('a run is followed on another instance, through the death of the one that looks after it, to the byte', async () => {
    const id = await startRun();
    const middle = Promise.withResolvers<void>();
    const followed = followOnB(id, (text) => {
      if (text.startsWith('line 100 ')) middle.resolve();
    });

    // A stream that begins on A breaks off there, and goes on on B.
    const onA = await fetch(`${a.url}/runs/${id}/logs`, { headers: { accept: 'text/event-stream' } });
    const events = sentEvents(onA.body);
    const before: SentEvent[] = [];
    while (!before.at(-1)?.text.startsWith('line 50 ')) before.push((await events.next()).value as SentEvent);
    await middle.promise;
    await kill(a);
    await events.return(undefined).catch(() => undefined);

    const app = createHttpApp(b);
    const headers = { accept: 'text/event-stream', 'last-event-id': before.at(-1)!.id };
    const onB = await app.fetch(new Request(`http://b/api/runs/${id}/logs`, { headers }));
    const after = collect(sentEvents(onB.body));
    // While nobody looks after the run, what there is can be read.
    const tail = await collect(b.runs.logs(id, { tail: 1 }));
    expect(output).toContain(tail[0]?.text);

    a = await startHost();
    expect(await followed).toBe(output);
    expect((await b.runs.wait(id)).state).toBe('succeeded');
    const streamed = [...before, ...(await after)];
    expect(streamed.at(-1)?.event).toBe('end');
    const textOf = (events: SentEvent[]) =>
      events
        .filter(({ stream }) => stream === 'output' || stream === 'stdout')
        .map(({ text }) => text)
        .join('');
    expect(textOf(streamed)).toBe(output);
    app.close();

    const shown = await collect(b.runs.logs(id));
    expect(
      shown
        .filter(({ stream }) => stream !== 'phase')
        .map(({ text }) => text)
        .join(''),
    ).toBe(output);
    // From the instance that came back, the same.
    const text = await (await fetch(`${a.url}/runs/${id}/logs`)).text();
    expect(text.replaceAll(/^\[runyard\] .*\n/gm, '')).toBe(output);
  });
});

interface SentEvent {
  event: string;
  id: string;
  stream: string;
  text: string;
}

async function* sentEvents(body: ReadableStream<Uint8Array> | null): AsyncGenerator<SentEvent, undefined> {
  if (!body) throw new Error('There is no stream.');
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const fields = Object.fromEntries(part.split('\n').map((line) => line.split(/: (.*)/s)));
      if (fields.data) yield { event: 'message', id: '', ...fields, stream: '', text: '', ...JSON.parse(fields.data) };
    }
  }
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

// biome-ignore lint/suspicious/noExplicitAny: what the API answers
const json = async (response: Response): Promise<any> => {
  const body = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(body));
  return body;
};

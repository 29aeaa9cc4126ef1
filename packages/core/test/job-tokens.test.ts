import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EncryptionKey } from '../src/access/vault/key-ring.ts';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { processExecutor } from '../src/adapters/process-executor/process-executor.ts';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import { createRunyard } from '../src/create-runyard.ts';
import { createHttpApp } from '../src/http/create-http-app.ts';
import { nodeHandler } from '../src/http/node/node-handler.ts';
import type { Launch } from '../src/ports/executor.ts';
import type { Store } from '../src/ports/store.ts';
import { type RunyardOptions, readOptions } from '../src/services/options.ts';
import type { Runyard } from '../src/services/runyard.ts';
import { hangs, type Script } from '../src/testing/scripted-executor/behaviour.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { people } from './support/people.ts';

const publicUrl = 'https://ops.example.com/api/';

interface Reachable extends AsyncDisposable {
  runyard: Runyard;
  dataDir: string;
}

/** A Runyard with real processes, at the address that its runs are told. */
const reachable = async (options: RunyardOptions = {}): Promise<Reachable> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-callback-'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const executors = { process: processExecutor() };
  const runyard = await createRunyard({
    dataDir,
    executors,
    directory: true,
    publicUrl: `http://127.0.0.1:${port}/api`,
    ...options,
  });
  const app = createHttpApp(runyard);
  const handle = nodeHandler(app);
  server.on('request', (request, response) => void handle(request, response));
  return {
    runyard,
    dataDir,
    async [Symbol.asyncDispose]() {
      app.close();
      await runyard.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** Runs stay until they are stopped, and what each was launched with is kept. */
const launched = () => {
  const launches: Launch[] = [];
  const script: Script = (launch) => {
    launches.push(launch);
    return hangs();
  };
  const tokenOf = (i: number): string =>
    launches[i]?.secrets.find(({ location }) => location === 'RUNYARD_TOKEN')?.value ?? '';
  return { launches, script, tokenOf };
};

const outputOf = async (runyard: Runyard, id: string): Promise<string> => {
  let text = '';
  for await (const line of runyard.runs.logs(id, { follow: true })) if (line.stream !== 'phase') text += line.text;
  return text;
};

const program = `
const call = async (method, path) => {
  const authorization = 'token ' + process.env.RUNYARD_TOKEN;
  return (await fetch(process.env.RUNYARD_URL + path, { method, headers: { authorization } })).status;
};
const { RUNYARD_JOB_ID: job, RUNYARD_RUN_ID: run, OTHER: other } = process.env;
console.log(JSON.stringify({
  ownJob: await call('GET', '/jobs/' + job),
  ownRun: await call('GET', '/runs/' + run),
  ownRuns: await call('GET', '/runs?job_id=' + job),
  start: await call('POST', '/jobs/' + job + '/start'),
  otherJob: await call('GET', '/jobs/' + other),
  startOther: await call('POST', '/jobs/' + other + '/start'),
  list: await call('GET', '/jobs'),
  remove: await call('DELETE', '/jobs/' + job),
}));
console.log('my token is ' + process.env.RUNYARD_TOKEN + ' or ' + process.env.RUNYARD_TOKEN.slice(37));
`;

it('a run reads and starts its own job over HTTP with the token that it gets, and can do nothing else', async () => {
  await using t = await reachable({ store: sqliteStore() });
  const { runyard } = t;
  const ann = await runyard.users.create({ name: 'ann' });
  const services = runyard.as({ kind: 'user', id: ann.id });
  const other = await services.jobs.create({ name: 'other', command: 'true' });
  const job = await services.jobs.create({
    name: 'calls back',
    command: [process.execPath, '--input-type=module', '-e', program],
    env: { OTHER: other.id },
    // What it starts would start others.
    concurrencyPolicy: 'Forbid',
  });
  const run = await services.jobs.start(job.id);
  const output = await outputOf(runyard, run.id);
  expect(JSON.parse(output.split('\n')[0] ?? '')).toEqual({
    ownJob: 200,
    ownRun: 200,
    ownRuns: 200,
    start: 409,
    otherJob: 404,
    startOther: 404,
    list: 403,
    remove: 403,
  });
  expect((await runyard.runs.wait(run.id)).state).toBe('succeeded');
  expect(output).toContain('my token is ***');
  expect(output).not.toContain('ryj_');
});

it('the token is in no job, run, handle, event or file that outlives the attempt', async () => {
  await using t = await reachable({ store: sqliteStore() });
  const { runyard } = t;
  const events: unknown[] = [];
  for (const name of ['run.queued', 'run.running', 'run.succeeded', 'attempt.ended', 'job.changed'] as const)
    runyard.on(name, ({ runyard: _, ...event }) => void events.push(event));
  const disposed = new Promise<void>((resolve) => runyard.on('attempt.disposed', () => resolve()));
  const job = await runyard.jobs.create({ name: 'a', command: 'echo "$RUNYARD_TOKEN"; cat /proc/$$/cmdline' });
  const run = await runyard.jobs.start(job.id);
  const output = await outputOf(runyard, run.id);
  await runyard.runs.wait(run.id);
  await disposed;
  const told = JSON.stringify([await runyard.jobs.get(job.id), await runyard.runs.get(run.id), events, output]);
  expect(told).not.toContain('ryj_');
  await runyard.close();
  for (const name of await readdir(t.dataDir, { recursive: true })) {
    const content = await readFile(join(t.dataDir, name), 'latin1').catch(() => '');
    expect(content.includes(`ryj_${run.id}`), name).toBe(false);
  }
});

it('the token is dead from when the run has ended, and costs the store no write', async () => {
  const { launches, script, tokenOf } = launched();
  await using p = await people({ script, publicUrl });
  const job = await p.all.jobs.create({ name: 'a', command: 'x' });
  const run = await p.all.jobs.start(job.id);
  await p.t.events.waitFor('run.running');
  const [launch] = launches;
  const token = tokenOf(0);
  expect(launch?.env.RUNYARD_URL).toBe('https://ops.example.com/api');
  expect(JSON.stringify(launch?.env)).not.toContain(token);
  const writes = await p.store.audit({ limit: 1000 });
  expect(await (await p.bearer(token))?.runs.get(run.id)).toMatchObject({ id: run.id });
  expect(await (await p.bearer(token))?.users.me().catch(({ code }) => code)).toBe('forbidden');
  expect(await p.store.audit({ limit: 1000 })).toEqual(writes);
  await (await p.bearer(token))?.runs.cancel(run.id);
  await p.t.events.waitFor('run.cancelled');
  expect(await p.bearer(token)).toBeNull();
});

it('it stands for the owner of the job, also where that is a group', async () => {
  const { script, tokenOf } = launched();
  await using p = await people({ script, publicUrl });
  const lab = await p.all.groups.create({ name: 'lab' });
  const job = await p.all.jobs.create({ name: 'a', owner: `group:${lab.id}`, command: 'x' });
  const other = await p.all.jobs.create({ name: 'b', owner: `group:${lab.id}`, command: 'x' });
  await p.all.jobs.start(job.id);
  await p.t.events.waitFor('run.running');
  const token = tokenOf(0);
  const run = await p.bearer(token);
  expect(await run?.jobs.start(job.id)).toMatchObject({ jobId: job.id });
  await expect(run?.jobs.get(other.id)).rejects.toMatchObject({ code: 'job-not-found' });
  await expect(run?.jobs.update(job.id, { name: 'c' })).rejects.toMatchObject({ code: 'forbidden' });
});

it('all instances of a store know the token, and those of another store do not', async () => {
  const store = memoryStore();
  const { script, tokenOf } = launched();
  await using p = await people({ store, script, publicUrl });
  await using same = await people({ store, publicUrl, autoStart: false, clock: p.t.clock });
  await using other = await people({ publicUrl });
  const job = await p.all.jobs.create({ name: 'a', command: 'x' });
  await p.all.jobs.start(job.id);
  await p.t.events.waitFor('run.running');
  const token = tokenOf(0);
  expect(await same.bearer(token)).not.toBeNull();
  expect(await other.bearer(token)).toBeNull();
  expect((await store.documents({ kind: 'key', limit: 10 })).items).toHaveLength(1);
});

it('several instances that start at once agree on one key', async () => {
  const store = memoryStore();
  const all = await Promise.all([1, 2, 3].map(() => people({ store, publicUrl, autoStart: false })));
  expect((await store.documents({ kind: 'key', limit: 10 })).items).toHaveLength(1);
  for (const p of all) await p[Symbol.asyncDispose]();
});

it('what an executor says of a launch that failed is told without the token', async () => {
  await using p = await people({
    publicUrl,
    script: ({ secrets }) => ({
      prepareFails: { class: 'start-failed', reason: 'refused', sentence: `No place for ${secrets[0]?.value}.` },
    }),
  });
  const job = await p.all.jobs.create({ name: 'a', command: 'x' });
  const run = await p.all.jobs.start(job.id);
  expect(await p.all.runs.wait(run.id)).toMatchObject({ state: 'failed', sentence: 'No place for ***.' });
});

it('whoever adopts a run masks its token too', async () => {
  const store = memoryStore();
  const logStore = memoryLogStore();
  const open = store.open;
  store.open = async () => ({ ...(await open()), exclusive: true });
  await using first = await people({
    store,
    logStore,
    publicUrl,
    script: ({ secrets }) => hangs({ output: [{ atMs: 5_000, text: `late: ${secrets[0]?.value}` }] }),
  });
  const job = await first.all.jobs.create({ name: 'a', command: 'x' });
  const { id } = await first.all.jobs.start(job.id);
  await first.t.events.waitFor('run.running');
  await first.all.close();
  const executors = { scripted: scriptedExecutor(first.t.engine) };
  await using second = await people({ store, logStore, publicUrl, executors, clock: first.t.clock });
  const text = outputOf(second.all, id);
  await second.t.clock.advance(5_000);
  await second.all.runs.cancel(id);
  await second.t.clock.advanceUntil(second.all.runs.wait(id));
  expect(await text).toBe('late: ***\n');
});

it.each([
  ['its environment', { env: { RUNYARD_TOKEN: 'mine', RUNYARD_URL: 'http://mine' } }],
  ['its secrets', { secrets: [{ name: 's', type: 'environment_variable' as const, location: 'RUNYARD_TOKEN' }] }],
])('a job that brings a RUNYARD_TOKEN in %s keeps it', async (_, given) => {
  const secretProvider = { secret: async () => 'mine' };
  const { launches, script } = launched();
  await using p = await people({ script, publicUrl, secretProvider });
  const job = await p.all.jobs.create({ name: 'a', command: 'x', ...given });
  await p.all.jobs.start(job.id);
  await p.t.events.waitFor('run.running');
  const { env = {}, secrets = [] } = launches[0] ?? {};
  const values = [env.RUNYARD_TOKEN, ...secrets.map(({ value }) => value)].filter((value) => value !== undefined);
  expect(values).toEqual(['mine']);
  if ('env' in given) expect(env.RUNYARD_URL).toBe('http://mine');
});

it('the other names that begin with RUNYARD_ stay ours', async () => {
  await using p = await people();
  await expect(p.all.jobs.create({ name: 'a', command: 'x', env: { RUNYARD_RUN_ID: 'x' } })).rejects.toMatchObject({
    code: 'invalid-job',
  });
});

it('a function gets it in `ctx.env`, without a slower start', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-callback-'));
  const seen: unknown[] = [];
  const functions = {
    tell: async ({ env }: { env: Readonly<Record<string, string>> }) =>
      void seen.push(env.RUNYARD_TOKEN, env.RUNYARD_URL),
  };
  const runyard = await createRunyard({
    dataDir,
    store: memoryStore(),
    executors: { function: functionExecutor({ functions }) },
    publicUrl,
  });
  try {
    const job = await runyard.jobs.create({ name: 'a', command: ['tell'] });
    const run = await runyard.jobs.start(job.id);
    expect(run.state).toBe('starting');
    await runyard.runs.wait(run.id);
    expect(seen).toEqual([expect.stringMatching(new RegExp(`^ryj_${run.id}_`)), 'https://ops.example.com/api']);
  } finally {
    await runyard.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});

it('without `publicUrl` runs get neither address nor token, and no key is made', async () => {
  const { launches, script } = launched();
  await using p = await people({ script });
  const job = await p.all.jobs.create({ name: 'a', command: 'x' });
  await p.all.jobs.start(job.id);
  await p.t.events.waitFor('run.running');
  const { env, secrets } = launches[0] ?? {};
  expect(secrets).toEqual([]);
  expect(env).not.toHaveProperty('RUNYARD_URL');
  expect((await p.store.documents({ kind: 'key', limit: 10 })).items).toEqual([]);
});

it.each([
  'ops.example.com',
  'ftp://ops.example.com',
  'https://user:pw@ops.example.com',
  'https://ops.example.com/?x=1',
])('`publicUrl` %s is refused at the start', (url) => {
  const refused = expect.objectContaining({ code: 'invalid-option', field: 'publicUrl' });
  expect(() => readOptions({ publicUrl: url }, ['process'])).toThrow(refused);
});

it('the key lies encrypted in the store where the host has keys, also when it gets them later, and is rotated with the rest', async () => {
  const store = memoryStore();
  const keyOf = async () =>
    JSON.stringify((await store.documents({ kind: 'key', limit: 10 })).items.map(({ data }) => data));
  const [one, two] = ['1', '2'].map((id) => ({
    id: `key-${id}`,
    key: Buffer.from(`${id.repeat(31)}x`).toString('base64'),
  }));
  if (!one || !two) throw new Error('two keys');
  const { launches, script, tokenOf } = launched();
  await using before = await people({ store, publicUrl, script });
  const job = await before.all.jobs.create({ name: 'a', command: 'x' });
  await before.all.jobs.start(job.id);
  await before.t.events.waitFor('run.running');
  expect(launches).toHaveLength(1);
  const plain = /"plain":"([^"]+)"/.exec(await keyOf())?.[1] ?? 'none';
  await using after = await people({
    store,
    publicUrl,
    encryptionKeys: [one],
    autoStart: false,
    clock: before.t.clock,
  });
  expect(await keyOf()).toContain('key-1');
  expect(await keyOf()).not.toContain(plain);
  expect(await after.bearer(tokenOf(0))).not.toBeNull();
  await using rotated = await people({
    store,
    publicUrl,
    encryptionKeys: [two, one],
    autoStart: false,
    clock: before.t.clock,
  });
  await rotated.all.secrets.rotate();
  expect(await keyOf()).toContain('key-2');
  expect(await rotated.bearer(tokenOf(0))).not.toBeNull();
});

describe('a host that cannot open the key of job tokens', () => {
  const keyNamed = (id: string): EncryptionKey => ({ id, key: randomBytes(32) });
  const [one, two] = [keyNamed('one'), keyNamed('two')];
  const documentOf = async (store: Store) => (await store.documents({ kind: 'key', limit: 10 })).items[0];

  it.each([
    ['another', [two]],
    ['no', undefined],
  ])(
    'since it has %s encryption key starts without callbacks, says so, and leaves it to whoever can',
    async (_, encryptionKeys) => {
      const store = memoryStore();
      await using able = await people({ store, publicUrl, encryptionKeys: [one] });
      const before = await documentOf(store);
      const { script } = launched();
      const lines: string[] = [];
      const hear = (_fields: object, message: string): void => void lines.push(message);
      const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: hear };
      const options = { store, publicUrl, script, logger, ...(encryptionKeys && { encryptionKeys }) };
      {
        await using p = await people({ ...options, clock: able.t.clock });
        const sentence = expect.stringContaining("was encrypted with the key 'one'");
        expect(lines).toEqual([sentence]);
        expect(await p.all.health()).toMatchObject({
          status: 'degraded',
          callbacks: { status: 'unavailable', sentence },
        });
        expect((await able.all.health()).callbacks).toEqual({ status: 'ok' });
        if (encryptionKeys) await p.all.secrets.rotate();
      }
      expect(await documentOf(store)).toEqual(before);
    },
  );

  it('runs jobs, which are not told how to call back', async () => {
    const store = memoryStore();
    await (await people({ store, publicUrl, encryptionKeys: [one] }))[Symbol.asyncDispose]();
    const { launches, script } = launched();
    await using p = await people({ store, publicUrl, script });
    const job = await p.all.jobs.create({ name: 'a', command: 'x' });
    await p.all.jobs.start(job.id);
    await p.t.events.waitFor('run.running');
    expect(launches[0]?.secrets).toEqual([]);
    expect(launches[0]?.env).not.toHaveProperty('RUNYARD_URL');
  });

  it('makes it anew when an admin says that it is lost, with an audit entry, and has it at the next start', async () => {
    const store = memoryStore();
    await (await people({ store, publicUrl, encryptionKeys: [one] }))[Symbol.asyncDispose]();
    {
      await using p = await people({ store, publicUrl, encryptionKeys: [two] });
      const ann = await p.user('ann');
      await expect((await ann.as()).secrets.rotate({ replaceLostKeys: true })).rejects.toMatchObject({
        code: 'forbidden',
      });
      expect((await p.all.secrets.rotate()).unreadable).toMatchObject([{ kind: 'key', code: 'key-missing' }]);
      expect(await p.all.secrets.rotate({ replaceLostKeys: true })).toMatchObject({
        unreadable: [],
        keys: [{ id: 'two' }],
      });
      const { items } = await p.all.audit.list({ action: 'key.replaced' });
      expect(items).toMatchObject([
        { subject: { name: 'job-tokens' }, details: { because: 'key-missing', was: 'one' } },
      ]);
      // What can be opened is not lost.
      const kept = await documentOf(store);
      await p.all.secrets.rotate({ replaceLostKeys: true });
      expect(await documentOf(store)).toEqual(kept);
    }
    const { script, tokenOf } = launched();
    await using again = await people({ store, publicUrl, encryptionKeys: [two], script });
    expect(await again.all.health()).toMatchObject({ callbacks: { status: 'ok' } });
    const job = await again.all.jobs.create({ name: 'a', command: 'x' });
    await again.all.jobs.start(job.id);
    await again.t.events.waitFor('run.running');
    expect(await again.bearer(tokenOf(0))).not.toBeNull();
  });
});

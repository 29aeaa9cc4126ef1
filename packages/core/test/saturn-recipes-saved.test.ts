import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import { RunyardError } from '../src/domain/errors.ts';
import { type HttpHost, read } from './support/http-host.ts';
import { httpWorld } from './support/http-world.ts';
import { saturnHost } from './support/saturn-host.ts';

const recipe = (name: string, fields: object = {}) => ({
  type: 'job',
  spec: { name, command: 'hang', image: '', ...fields },
});
const sendTo = (host: HttpHost) => (method: string, body: unknown) => read(host.call(method, '/api/recipes', { body }));
const jobNamed = async ({ runyard }: HttpHost, name: string) => (await runyard.jobs.list({ named: name })).items[0];
const endAll = async ({ runyard }: HttpHost) => {
  const { items } = await runyard.runs.list({ states: ['queued', 'starting', 'running', 'stopping'] });
  for (const { id } of items) {
    await runyard.runs.cancel(id);
    await runyard.runs.wait(id);
  }
};

describe('a recipe that is saved', () => {
  let host: HttpHost;
  let send: ReturnType<typeof sendTo>;
  beforeAll(async () => {
    host = await saturnHost({ store: sqliteStore() });
    send = sendTo(host);
  });
  afterAll(async () => {
    await endAll(host);
    await host[Symbol.asyncDispose]();
  });
  const atOnce = (count: number, of: (index: number) => unknown) =>
    Promise.all(Array.from({ length: count }, (_, index) => send('PUT', of(index))));

  it('by several at once is saved by each of them', async () => {
    const made = await atOnce(8, () => recipe('at-once'));
    expect(made.map(({ status }) => status)).toEqual(Array(8).fill(201));
    const edited = await atOnce(30, (index) => recipe('at-once', { description: `version ${index}` }));
    expect(edited.map(({ status }) => status)).toEqual(Array(30).fill(201));
    expect(new Set([...made, ...edited].map(({ body }) => body.state.id)).size).toBe(1);
  });

  it.each(['Allow', 'Forbid', 'Replace'])(
    'as running by several at once starts one run, also under %s',
    async (concurrency_policy) => {
      const name = `running-${concurrency_policy}`;
      const saved = await atOnce(8, () => recipe(name, { status: 'running', concurrency_policy }));
      expect(saved.map(({ status }) => status)).toEqual(Array(8).fill(201));
      const job = await jobNamed(host, name);
      expect((await host.runyard.runs.list({ jobId: job?.id ?? '' })).items).toHaveLength(1);
    },
  );

  it('as running leaves no job where it may not start', async () => {
    const given = recipe('no-secret', {
      status: 'running',
      secrets: [{ name: 'nope', location: 'X', attachment_type: 'environment_variable' }],
    });
    expect(await send('POST', given)).toMatchObject({ status: 409, body: { code: 'missing-access' } });
    expect(await jobNamed(host, 'no-secret')).toBeUndefined();
  });

  it('with the published default for a repository means its default branch', async () => {
    const url = 'https://example.org/a.git';
    for (const reference of [null, ''])
      expect(
        (await send('PUT', recipe('branch', { git_repositories: [{ url, reference, reference_type: 'branch' }] })))
          .status,
      ).toBe(201);
    expect((await jobNamed(host, 'branch'))?.spec.sources).toMatchObject([{ url, ref: null, refType: null }]);
    for (const ref of [null, ''])
      await host.job({
        name: `branch-${ref}`,
        command: 'x',
        external_repo_attachments: [{ url, ref, ref_type: 'branch' }],
      });
    const commit = recipe('commit', { git_repositories: [{ url, reference: '', reference_type: 'commit' }] });
    expect(await send('PUT', commit)).toMatchObject({
      status: 400,
      body: { field: 'spec.git_repositories.0.reference' },
    });
  });
});

it('the same recipe once more changes nothing, also where the host has defaults of its own', async () => {
  await using host = await saturnHost({ defaults: { size: 'medium', backoff: { limit: 2 }, env: { A: '1' } } });
  const send = sendTo(host);
  const first = await send('PUT', recipe('same', { instance_type: null, retries: null }));
  expect(first.body.spec).toMatchObject({ instance_type: 'medium', retries: 2, environment_variables: { A: '1' } });
  for (const fields of [{}, { instance_type: null, retries: null }]) {
    expect((await send('PUT', recipe('same', fields))).body.spec).toEqual(first.body.spec);
    expect((await jobNamed(host, 'same'))?.revision).toBe(1);
  }
  await send('PUT', recipe('same', { instance_type: 'small', retries: 1 }));
  expect((await send('PUT', recipe('same'))).body.spec).toEqual(first.body.spec);
});

it('a recipe that is saved is answered although its store is away right behind it', async () => {
  const store = memoryStore();
  const away = () => Promise.reject(new RunyardError('store-unavailable', 'away'));
  const reads = ['activity', 'documentByName', 'documentsById', 'cursor'] as const;
  await using host = await saturnHost({ store, directory: true, timings: { storeTimeoutMs: 100 } });
  const { id: userId } = await host.runyard.users.create({ name: 'ann' });
  const { token } = await host.runyard.tokens.mint({ name: 't', userId });
  const headers = { authorization: `token ${token}` };
  const { commit, ...before } = { ...store };
  const put = () => Object.assign(store, before, { commit });
  const send = async (method: string, path: string, body?: unknown) => {
    store.commit = async (batches) => {
      const results = await commit(batches);
      if (!JSON.stringify(batches).includes('"run.insert"')) for (const name of reads) store[name] = away;
      return results;
    };
    try {
      return await read(host.call(method, path, { headers, body }));
    } finally {
      put();
    }
  };
  expect(await send('POST', '/api/recipes', recipe('one', { schedule: '@daily' }))).toMatchObject({
    status: 201,
    body: { spec: { name: 'one', owner: { id: `user:${userId}` } } },
  });
  const made = await send('POST', '/api/jobs', { name: 'two', command: 'hang', schedule: { cron: '@daily' } });
  expect(made).toMatchObject({ status: 201, body: { name: 'two', next_run_at: expect.any(String) } });
  await host.runyard.jobs.start(made.body.id);
  expect(await send('POST', `/api/jobs/${made.body.id}/stop`)).toMatchObject({
    status: 200,
    body: { active_runs: 1, running_count: 0 },
  });
  await endAll(host);
});

describe('a job by its name', () => {
  it('is found by the token of one of its runs, and no other is', async () => {
    await using world = await httpWorld();
    const job = await world.job('own');
    const { name, owner } = (await world.runyard.jobs.get(job)).spec;
    const other = (await world.runyard.jobs.get(await world.job('own'))).spec;
    const token = await world.runToken(job);
    const get = (path: string) => world.call('GET', `/recipes/job/${path}`, { token });
    expect((await get(name)).body.state.id).toBe(job);
    expect((await get(`${name}?owner_id=${owner}`)).status).toBe(200);
    expect(await get(other.name)).toMatchObject({ status: 404, body: { code: 'job-not-found' } });
    expect((await get(`${name}?owner_id=user:zoe`)).status).toBe(404);
  });

  it('is nobody else’s as a template where several others have one of that name', async () => {
    await using host = await saturnHost();
    for (const owner of ['user:ann', 'user:ben'])
      await host.runyard.jobs.create({ name: 'both', command: 'x', image: 'x', owner });
    await host.runyard.jobs.create({ name: 'one', command: 'x', image: 'x', owner: 'user:ann' });
    const get = (path: string) => read(host.call('GET', `/api/recipes/job/${path}`));
    expect((await get('one?as_template=true')).status).toBe(200);
    expect(await get('both?as_template=true')).toMatchObject({ status: 400, body: { field: 'owner_name' } });
    expect((await get('both?as_template=true&owner_id=user:ben')).status).toBe(200);
  });

  it('is read without any list of jobs', async () => {
    const store = memoryStore();
    await using host = await saturnHost({ store });
    await sendTo(host)('POST', recipe('listed'));
    store.jobs = () => Promise.reject(new Error('a list was asked for'));
    expect((await read(host.call('GET', '/api/recipes/job/listed'))).status).toBe(200);
  });
});

it('a recipe that says nothing of an image, or an empty name, leaves alone how one is built', async () => {
  await using world = await httpWorld();
  const { token } = await world.token(world.people.ann);
  const build = { base: 'python:3', pip: ['polars'] };
  const { body: made } = await world.call('POST', '/jobs', {
    token,
    body: { name: 'built', command: 'x', executor: 'builder', image_build: build },
  });
  const { body: whole } = await world.call('GET', '/recipes/job/built', { token });
  const { runyard, image, ...published } = whole.spec;
  const put = async (fields: object) => {
    const body = { type: 'job', spec: { ...published, ...fields } };
    expect((await world.call('PUT', '/recipes', { token, body })).status).toBe(201);
    return (await world.runyard.jobs.get(made.id)).spec.image;
  };
  for (const fields of [{ runyard, image }, { image }, { image: '' }, {}])
    expect(await put(fields)).toMatchObject({ build });
  expect(await put({ image, runyard: { image_build: null } })).toBeNull();
  expect(await put({ image: 'python:3.13' })).toBe('python:3.13');
  expect(await put({ image })).toBeNull();
});

it('a recipe that is read and saved again changes nothing', async () => {
  await using host = await saturnHost();
  const schedule = { cron: '@daily', startsAt: 1_700_000_000_123, endsAt: 4_000_000_000_000 };
  for (const [index, fields] of [
    { command: '["a", "b"]' },
    { command: ['a', 'b c'] },
    { schedule },
    { image: null },
  ].entries()) {
    const name = `again-${index}`;
    const before = await host.runyard.jobs.create({ name, command: 'x', image: 'x', owner: 'user:tester', ...fields });
    const { body } = await read(host.call('GET', `/api/recipes/job/${name}`));
    expect((await sendTo(host)('PUT', body)).status).toBe(201);
    expect((await jobNamed(host, name))?.spec).toEqual(before.spec);
  }
});

it('a recipe is found by an organisation with nothing behind its slash as by nobody: it is who asks', async () => {
  await using host = await saturnHost();
  const { body } = await sendTo(host)('POST', recipe('mine'));
  expect((await read(host.call('GET', '/api/recipes/job/mine?owner_name=runyard/'))).body).toEqual(body);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaults } from '../src/domain/job/defaults.ts';
import { parseJob } from '../src/domain/job/parse-job.ts';
import { commandCodec } from '../src/http/saturn/recipes/command-codec.ts';
import { readRecipe } from '../src/http/saturn/recipes/read-recipe.ts';
import { applyRecipe, createFromRecipe } from '../src/http/saturn/recipes/save-recipe.ts';
import { recipeAnswer } from '../src/http/saturn/recipes/write-recipe.ts';
import { type HttpHost, read } from './support/http-host.ts';
import { saturnHost } from './support/saturn-host.ts';

const context = {
  sizes: defaults.sizes,
  executors: ['docker'],
  defaultExecutor: 'docker',
  defaultOwner: 'user:alice',
};
const specOf = (recipe: Record<string, unknown>, enforceUnknown = true) =>
  parseJob(readRecipe(recipe, enforceUnknown).input, context);
const spec = (fields: object = {}) => ({ type: 'job', spec: { name: 'x', command: 'x', ...fields } });

const everything = {
  schema_version: '2025.10.01',
  type: 'job',
  spec: {
    name: 'etl',
    description: 'all of it',
    tags: { team: 'data' },
    owner: 'group:etl',
    image: { uri: 'python:3.13' },
    instance_type: 'medium',
    environment_variables: { DAY: 'today' },
    working_directory: '/home/jovyan/workspace/jobs',
    extra_packages: {
      pip: { install: 'pandas dask', requirements_txt: 'numpy==2\n' },
      conda: { install: 'jq', use_mamba: false },
      apt: { install: 'curl' },
      cran: { install: 'dplyr' },
    },
    config_files: null,
    start_script: 'export A=1',
    token_scope: null,
    git_repositories: [
      {
        url: 'https://example.org/etl.git',
        path: '/home/jovyan/workspace/etl',
        on_restart: 'reclone',
        reference: 'v1',
        reference_type: 'tag',
        public: true,
      },
    ],
    secrets: [{ name: 'db', attachment_type: 'environment_variable', location: 'DB', description: 'read only' }],
    shared_folders: [],
    start_dind: false,
    command: 'python etl.py',
    scale: 2,
    use_spot_instance: false,
    schedule: '0 6 * * *',
    concurrency_policy: 'Replace',
    retries: 4,
  },
  state: { id: '0'.repeat(32), status: 'running' },
};

const inLibrary = {
  name: 'etl',
  description: 'all of it',
  tags: { team: 'data' },
  owner: 'group:etl',
  image: 'python:3.13',
  size: 'medium',
  env: { DAY: 'today' },
  workingDir: 'jobs',
  extraPackages: {
    pip: ['pandas', 'dask'],
    conda: ['jq'],
    apt: ['curl'],
    cran: ['dplyr'],
    requirementsTxt: 'numpy==2\n',
  },
  startScript: 'export A=1',
  sources: [{ url: 'https://example.org/etl.git', path: 'etl', ref: 'v1', refType: 'tag' }],
  secrets: [{ name: 'db', type: 'environment_variable', location: 'DB' }],
  command: 'python etl.py',
  scale: 2,
  schedule: { cron: '0 6 * * *' },
  concurrencyPolicy: 'Replace',
  backoff: { limit: 4 },
};

describe('a recipe', () => {
  it('of the present form is read with all that it says', () => {
    expect(specOf(everything)).toMatchObject(inLibrary);
  });

  it('of 2022 is read likewise', () => {
    const { image, command, instance_type, scale, schedule, concurrency_policy, retries, tags, ...common } =
      everything.spec;
    const { use_spot_instance, ...fields } = common;
    const flat = {
      ...fields,
      image_uri: 'python:3.13',
      extra_packages: { pip: 'pandas dask', conda: 'jq' },
      secrets: [{ name: 'db', owner: null, type: 'environment_variable', location: 'DB', description: 'read only' }],
      version: '2022.01.06',
      job: { instance_type, command, schedule, concurrency_policy, backoff_limit: retries },
    };
    const { tags: _, scale: __, extraPackages, ...said } = inLibrary;
    expect(specOf(flat)).toMatchObject({ ...said, extraPackages: { pip: ['pandas', 'dask'], conda: ['jq'] } });
  });

  it('of 2022 with both an image_uri and an image means the first', () => {
    const flat = { name: 'x', image: { name: 'saturn', version: '1' }, job: { command: 'x' } };
    expect(specOf({ ...flat, image_uri: 'python:3.13' }).image).toBe('python:3.13');
    for (const image_uri of ['', null]) expect(specOf({ ...flat, image_uri }).image).toBe('saturn:1');
  });

  it('of 2022 that says no backoff_limit means 3, and one of now means none', () => {
    expect(specOf({ name: 'x', job: { command: 'x' } }).backoff.limit).toBe(3);
    expect(specOf(spec()).backoff.limit).toBe(0);
  });

  it('is written as it was read', () => {
    const stored = specOf(everything);
    const view = {
      spec: stored,
      activity: { active: 0, running: 0, stopping: 0, lastStartedAt: null, lastEnded: null },
      id: '0'.repeat(32),
      revision: 1,
      applied: false,
      pause: null,
      createdAt: 0,
      updatedAt: 0,
      nextFireAt: null,
      hint: null,
    };
    const options = { asTemplate: false, owner: 'group:etl', forFirstClient: false };
    const written = JSON.parse(JSON.stringify(recipeAnswer(view, options)));
    expect(specOf(written)).toEqual(stored);
    const { description: _, ...secret } = everything.spec.secrets[0] ?? {};
    expect(written.spec).toMatchObject({
      image: { uri: 'python:3.13' },
      extra_packages: { pip: everything.spec.extra_packages.pip, conda: { install: 'jq' } },
      secrets: [secret],
      schedule: '0 6 * * *',
      retries: 4,
    });
    const template = recipeAnswer(view, { ...options, asTemplate: true });
    expect(JSON.parse(JSON.stringify(template))).toEqual({
      ...written,
      state: undefined,
      spec: {
        ...written.spec,
        owner: undefined,
        runyard: { ...written.spec.runyard, schedule: { ...written.spec.runyard.schedule, enabled: false } },
      },
    });
  });
});

describe('the image of a recipe', () => {
  it.each([
    ['python:3.13', 'python:3.13'],
    ['community/saturncloud/saturn-python:2023.09.01', 'community/saturncloud/saturn-python:2023.09.01'],
    [{ uri: 'python:3.13' }, 'python:3.13'],
    [{ uri: '' }, null],
    [{ name: 'saturn-python', version: '2023.09.01' }, 'saturn-python:2023.09.01'],
    [{ name: 'saturn-python', version: '2023.09.01', owner: { name: 'org/ann' } }, 'org/ann/saturn-python:2023.09.01'],
  ])('%j is %s', (image, library) => {
    expect(specOf(spec({ image })).image).toBe(library);
  });

  it('by the id of a tag is refused, since there is no directory of images', () => {
    expect(() => specOf(spec({ image: { tag_id: 'x' } }))).toThrow(
      expect.objectContaining({ code: 'unsupported-field', field: 'spec.image.tag_id' }),
    );
  });
});

describe('the command of a recipe', () => {
  const scriptOf = (command: unknown) => specOf(spec({ command })).command;

  it.each([
    ['python etl.py', 'python etl.py'],
    ['[ -f x ] && run', '[ -f x ] && run'],
    ['["python etl.py"]', 'python etl.py'],
    [['python etl.py'], 'python etl.py'],
  ])('%j is %j', (command, library) => {
    expect(scriptOf(command)).toBe(library);
  });

  it.each([
    [['echo one', 'echo two'], 'one\ntwo\n', 0],
    [['echo one', 'exit 3', 'echo two # three'], 'one\ntwo\n', 3],
    [['cd /; pwd', 'set -e; false; echo no', 'echo "$A"'], '/\n\n', 1],
  ])('that is the list %j runs all of them, and fails where one does', async (command, printed, code) => {
    const { spawnSync } = await import('node:child_process');
    for (const form of [command, JSON.stringify(command)]) {
      const { stdout, status } = spawnSync('sh', ['-c', String(scriptOf(form))], { encoding: 'utf8', env: {} });
      expect([stdout, status]).toEqual([printed, code]);
    }
  });

  it('that is a list is for one machine', () => {
    expect(() => specOf(spec({ command: '["a", "b"]', scale: 2 }))).toThrow(
      expect.objectContaining({ code: 'unsupported-field', field: 'spec.scale' }),
    );
  });

  it('that is a line of shell which reads as a list is written so that it is read as that line', () => {
    for (const command of ['["a", "b"]', '["a b"]', '["only [\\"x\\"]"]']) {
      const written = commandCodec.write(command);
      expect(written).not.toBe(command);
      expect(commandCodec.read(written, 'command')).toBe(command);
    }
  });

  it('that is executed without a shell is a line of shell, and the list again unless the line was edited', () => {
    const fields = { command: "python 'to day.py'", runyard: { command_list: ['python', 'to day.py'] } };
    expect(specOf(spec(fields)).command).toEqual(['python', 'to day.py']);
    expect(specOf(spec({ ...fields, command: 'python now.py' })).command).toBe('python now.py');
  });
});

describe('a recipe is refused by the name of the field', () => {
  it.each([
    [spec({ comand: 'x' }), 'unknown-field', 'spec.comand'],
    [{ ...spec(), kind: 'job' }, 'unknown-field', 'kind'],
    [spec({ runyard: { prio: 1 } }), 'unknown-field', 'spec.runyard.prio'],
    [
      spec({ schedule: '@daily', runyard: { schedule: { time_zone: 'UTC' } } }),
      'unknown-field',
      'spec.runyard.schedule.time_zone',
    ],
    [
      spec({ schedule: '@daily', runyard: { schedule: { missed: { rul: 'skip' } } } }),
      'unknown-field',
      'spec.runyard.schedule.missed.rul',
    ],
    [spec({ runyard: { schedule: { cron: '@daily' } } }), 'unknown-field', 'spec.runyard.schedule.cron'],
    [spec({ runyard: { schedule: { timezone: 'UTC' } } }), 'invalid-job', 'spec.schedule'],
    [spec({ runyard: { backoff: { limit: 1 } } }), 'unknown-field', 'spec.runyard.backoff.limit'],
    [spec({ image: { uri: 'x', enforce_trusted: false } }), 'unsupported-field', 'spec.image.enforce_trusted'],
    [
      { name: 'x', job: { command: 'x' }, image: { tag_id: 't', enforce_trusted: false } },
      'unsupported-field',
      'image.enforce_trusted',
    ],
    [spec({ git_repositories: [{ url: 'x', ref: 'main' }] }), 'unknown-field', 'spec.git_repositories.0.ref'],
    [spec({ shared_folders: [{ name: 'a' }] }), 'unsupported-field', 'spec.shared_folders'],
    [spec({ use_spot_instance: true }), 'unsupported-field', 'spec.use_spot_instance'],
    [spec({ start_dind: true }), 'unsupported-field', 'spec.start_dind'],
    [spec({ dask_cluster: { num_workers: 1 } }), 'unsupported-field', 'spec.dask_cluster'],
    [spec({ token_scope: 'all' }), 'unsupported-field', 'spec.token_scope'],
    [spec({ config_files: { '/a': { content: '' } } }), 'unsupported-field', 'spec.config_files'],
    [spec({ secrets: [{ name: 'a', location: 'A' }] }), 'invalid-job', 'spec.secrets.0.attachment_type'],
    [{ ...spec(), type: 'workspace' }, 'invalid-job', 'type'],
    [{ name: 'x', deployment: {} }, 'invalid-job', 'deployment'],
    [{ name: 'x', job: { command: 'x', retries: 1 } }, 'unknown-field', 'job.retries'],
    [{ name: 'x', job: { command: 'x' }, shared_folders: [1] }, 'unsupported-field', 'shared_folders'],
  ])('%j: %s %s', (recipe, code, field) => {
    expect(() => specOf(recipe)).toThrow(expect.objectContaining({ code, field }));
  });

  it('but one that is not known is ignored where enforce_unknown says so', () => {
    const runyard = { prio: 1, limits: { x: 1 }, backoff: { limit: 1 } };
    const recipe = { ...spec({ ide: null, disk_space: '10Gi', runyard }), kind: 'job' };
    expect(specOf(recipe, false).name).toBe('x');
    expect(specOf({ name: 'x', kind: 'job', job: { command: 'x', retries: 1 } }, false).name).toBe('x');
  });
});

describe('recipes over HTTP', () => {
  let host: HttpHost;
  beforeAll(async () => {
    host = await saturnHost();
  });
  afterAll(() => host[Symbol.asyncDispose]());
  let names = 0;
  const recipe = (fields: object = {}) => ({
    type: 'job',
    spec: { name: `recipe-${++names}`, command: 'hang', image: 'x', instance_type: 'small', ...fields },
  });
  const send = (method: string, body: unknown, query = '') => read(host.call(method, `/api/recipes${query}`, { body }));

  it('POST makes a job once, PUT each time', async () => {
    const given = recipe();
    const made = await send('POST', given);
    expect(made).toMatchObject({ status: 201, body: { spec: { name: given.spec.name, owner: 'runyard/tester' } } });
    expect(made.headers.get('location')).toBe(`/api/jobs/${made.body.state.id}`);
    expect(await send('POST', given)).toMatchObject({
      status: 409,
      body: { code: 'name-in-use', field: 'spec.name', id: made.body.state.id },
    });
    expect(await send('PUT', given)).toMatchObject({ status: 201, body: { state: { id: made.body.state.id } } });
  });

  it('PUT takes back what the recipe leaves out, and keeps what recipes have no name for', async () => {
    const given = recipe({ description: 'x', retries: 3, schedule: '@daily' });
    const { id } = (await send('PUT', given)).body.state;
    await host.runyard.jobs.update(id, {
      schedule: { cron: '@daily', timezone: 'Europe/Berlin' },
      priority: 5,
      limits: { runMs: 1000 },
    });
    const { description, retries, ...rest } = given.spec as Record<string, unknown>;
    await send('PUT', { type: 'job', spec: rest });
    expect((await host.runyard.jobs.get(id)).spec).toMatchObject({
      description: '',
      backoff: { limit: 0 },
      schedule: { cron: '@daily', timezone: 'Europe/Berlin' },
      priority: 5,
      limits: { runMs: 1000 },
    });
    await send('PUT', { type: 'job', spec: { ...rest, schedule: null } });
    expect((await host.runyard.jobs.get(id)).spec.schedule).toBeNull();
  });

  it('PUT of a name that somebody else makes meanwhile finds what he made', async () => {
    const principal = { kind: 'token', id: 'tester', admin: true } as const;
    const services = host.runyard.as(principal);
    const read = () => readRecipe(recipe({ name: 'raced' }), true);
    const first = await createFromRecipe({ services }, read());
    let looked = 0;
    const list: typeof services.jobs.list = async (options) =>
      ++looked === 1 ? { items: [] } : services.jobs.list(options);
    const late = { ...services, jobs: { ...services.jobs, list } };
    expect((await applyRecipe({ services: late, principal }, read())).id).toBe(first.id);
    expect(looked).toBe(2);
  });

  it('a secret of its owner may be named with him, and of nobody else', async () => {
    const secret = (owner: unknown) =>
      recipe({ secrets: [{ name: 's', attachment_type: 'file', location: 'x', owner }] });
    for (const owner of ['runyard/tester', 'user:tester', { name: 'tester' }, { user_id: 'tester' }])
      expect((await send('POST', secret(owner))).status).toBe(201);
    expect(await send('POST', secret('zoe'))).toMatchObject({
      status: 400,
      body: { code: 'unsupported-field', field: 'spec.secrets.0.owner' },
    });
  });

  it('the status running starts a run unless one is active, and stopped stops those that are', async () => {
    const given = recipe({ status: 'running' });
    const { body } = await send('POST', given);
    await send('PUT', given);
    const { id } = body.state;
    const active = async () => (await host.runyard.jobs.get(id)).activity.active;
    expect(await active()).toBe(1);
    expect((await host.runyard.runs.list({ jobId: id })).items).toHaveLength(1);
    await send('PUT', recipe({ ...given.spec, status: 'stopped' }));
    await expect.poll(active).toBe(0);
  });

  it('unknown fields are refused, unless enforce_unknown is false', async () => {
    const given = recipe({ ide: null });
    expect(await send('POST', given)).toMatchObject({
      status: 400,
      body: { code: 'unknown-field', field: 'spec.ide' },
    });
    expect((await send('POST', given, '?enforce_unknown=false')).status).toBe(201);
  });

  it('what the library refuses is named as the recipe names it', async () => {
    for (const [fields, field] of [
      [{ schedule: '61 * * * *' }, 'spec.schedule'],
      [{ instance_type: 'huge' }, 'spec.instance_type'],
      [{ runyard: { executor: 'none' } }, 'spec.runyard.executor'],
      [{ runyard: { schedule: { timezone: 'Mars' } }, schedule: '@daily' }, 'spec.runyard.schedule.timezone'],
      [{ environment_variables: { '1': 'x' } }, 'spec.environment_variables.1'],
    ] as const)
      expect((await send('POST', recipe(fields))).body.field).toBe(field);
    const flat = { name: `recipe-${++names}`, job: { command: 'x', schedule: '61 * * * *' } };
    expect((await send('POST', flat)).body.field).toBe('job.schedule');
  });

  it('a job that only a longer name has in it is not taken for it', async () => {
    const { body } = await send('POST', recipe({ name: 'a longer name' }));
    const get = (name: string) => read(host.call('GET', `/api/recipes/job/${encodeURIComponent(name)}`));
    expect((await get(body.spec.name.slice(0, -1))).status).toBe(404);
    expect((await get(body.spec.name)).body).toEqual(body);
    const odd = await send('POST', recipe({ name: 'a/b c?' }));
    expect((await get('a/b c?')).body).toEqual(odd.body);
  });

  it('a job is a recipe by its id too', async () => {
    const { body } = await send('POST', recipe());
    expect((await read(host.call('GET', `/api/jobs/${body.state.id}/recipe`))).body).toEqual(body);
  });
});

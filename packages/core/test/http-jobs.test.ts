import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpHost, httpHost, read } from './support/http-host.ts';

let host: HttpHost;
let names = 0;
beforeAll(async () => {
  host = await httpHost();
});
afterAll(() => host[Symbol.asyncDispose]());

const uniqueName = () => `job-${++names}`;
const create = (fields: object) => read(host.call('POST', '/api/jobs', { body: fields }));

describe('a job over HTTP', () => {
  it('is made from exactly what the generated client sends, and answers with what it requires', async () => {
    const sent = {
      name: uniqueName(),
      description: '',
      image_enforce_trusted: true,
      working_dir: '/home/jovyan/workspace',
      is_spot: false,
      start_dind: false,
      command: 'gated',
      scale: 1,
      retries: 0,
    };
    const { status, headers, body } = await create({ ...sent, command: ['gated'] });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/jobs/${body.id}`);
    const { image_enforce_trusted: _, ...echoed } = sent;
    expect(body).toMatchObject({ ...echoed, command: 'gated', command_list: ['gated'] });
    expect(body).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      resource_type: 'job',
      status: 'stopped',
      running_count: 0,
      scheduled: false,
      last_deploy: body.created_at,
      instance_size: 'small',
      size_display: 'Small - 1 core - 1 GB RAM',
      environment_variables: {},
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
      owner: { id: 'user:tester', name: 'tester', identity_type: 'user' },
    });
  });

  it('whose command is a list is edited by what it was answered as', async () => {
    const name = uniqueName();
    const { status, body } = await create({ name, command_list: ['gated', 'a b'] });
    expect([status, body.command, body.command_list]).toEqual([201, "gated 'a b'", ['gated', 'a b']]);
    const edit = (fields: object) => read(host.call('PATCH', `/api/jobs/${body.id}`, { body: fields }));
    const { command, command_list } = body;
    for (const fields of [{ command, command_list }, { command_list }, { command: command_list, command_list }])
      expect(await edit(fields)).toMatchObject({ status: 200, body: { command, command_list, revision: 1 } });
    expect((await edit({ command: ['gated'], command_list: null })).body.command_list).toEqual(['gated']);
    expect(await edit({ command: 'gated', command_list })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', field: 'command_list' },
    });
    for (const fields of [{}, { command_list: null }])
      expect(await create({ name: uniqueName(), ...fields })).toMatchObject({
        status: 400,
        body: { code: 'invalid-job', field: 'command' },
      });
  });

  it('whose executor builds no images is refused one that is built, by the name that was sent', async () => {
    const { status, body } = await create({
      name: uniqueName(),
      command: ['gated'],
      image_build: { base: 'python:3' },
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'unsupported-by-executor', field: 'image_build' });
  });

  it('is read, listed by name, owner and tag, edited and removed', async () => {
    const name = uniqueName();
    const { body: made } = await create({ name, command: ['gated'], tags: { team: 'data' } });
    expect((await read(host.call('GET', `/api/jobs/${made.id}`))).body).toEqual(made);
    for (const query of [
      `name=${name}`,
      `name=${name}&tags=team:data`,
      `name=${name}&owner=tester`,
      `name=${name}&user_id=tester`,
    ])
      expect((await read(host.call('GET', `/api/jobs?${query}`))).body.jobs).toEqual([made]);
    for (const query of [`name=${name}&tags=team:ops`, `name=${name}&group_id=tester`])
      expect((await read(host.call('GET', `/api/jobs?${query}`))).body.jobs).toEqual([]);
    const { body: edited } = await read(
      host.call('PATCH', `/api/jobs/${made.id}`, { body: { retries: 2, tags: null } }),
    );
    expect(edited).toMatchObject({ revision: 2, retries: 2, backoff: { limit: 2, initial_ms: 10_000 }, tags: {} });
    const removed = await host.call('DELETE', `/api/jobs/${made.id}`);
    expect([removed.status, await removed.text()]).toEqual([204, '']);
    expect((await read(host.call('GET', `/api/jobs/${made.id}`))).body.code).toBe('job-not-found');
  });

  it('is listed in pages that lead forward and back', async () => {
    const prefix = uniqueName();
    for (const letter of ['a', 'b', 'c']) await create({ name: `${prefix}${letter}`, command: ['gated'] });
    const page = async (query: string) =>
      (await read(host.call('GET', `/api/jobs?name=${prefix}&page_size=2${query}`))).body;
    const first = await page('');
    const second = await page(`&next_key=${encodeURIComponent(first.next_key)}`);
    expect([...first.jobs, ...second.jobs].map((job: { name: string }) => job.name)).toEqual(
      ['a', 'b', 'c'].map((letter) => prefix + letter),
    );
    expect(second.next_key).toBeUndefined();
    expect((await page(`&prev_key=${encodeURIComponent(second.prev_key)}`)).jobs).toEqual(first.jobs);
  });

  it('is scheduled by the published options, switched off and on again', async () => {
    const { body: made } = await create({
      name: uniqueName(),
      command: ['gated'],
      cron_schedule_options: { schedule: '0 6 * * *' },
    });
    expect(made).toMatchObject({
      scheduled: true,
      cron_schedule_options: { schedule: '0 6 * * *', concurrency_policy: 'Allow' },
      schedule: { cron: '0 6 * * *', missed: { rule: 'latest', window_ms: 3_600_000 } },
      next_run_at: expect.stringMatching(/T06:00:00\+00:00$/),
    });
    const post = (path: string, body?: unknown) => read(host.call('POST', `/api/jobs/${made.id}/${path}`, { body }));
    expect((await post('unschedule')).body).toMatchObject({ scheduled: false, paused: true, next_run_at: null });
    expect((await post('unschedule')).body).toMatchObject({ scheduled: false });
    expect((await post('schedule')).body).toMatchObject({ scheduled: true, paused: false });
    expect((await post('schedule', { schedule: '@hourly', concurrency_policy: 'Forbid' })).body).toMatchObject({
      cron_schedule_options: { schedule: '@hourly', concurrency_policy: 'Forbid' },
    });
    const patched = await read(
      host.call('PATCH', `/api/jobs/${made.id}`, { body: { cron_schedule_options: { schedule: '@daily' } } }),
    );
    expect(patched.body.cron_schedule_options).toEqual({ schedule: '@daily', concurrency_policy: 'Forbid' });
    const off = await read(host.call('PATCH', `/api/jobs/${made.id}`, { body: { schedule: null } }));
    expect(off.body).toMatchObject({ schedule: null, scheduled: false });
    expect(off.body).not.toHaveProperty('cron_schedule_options');
    expect((await post('schedule')).body).toMatchObject({ code: 'invalid-request', field: 'schedule' });
  });

  it('cannot take a name that is in use: 409 with the id of the other', async () => {
    const name = uniqueName();
    const { body: first } = await create({ name, command: ['gated'] });
    expect(await create({ name, command: ['gated'] })).toMatchObject({
      status: 409,
      body: { code: 'name-in-use', id: first.id, status: 409 },
    });
  });

  it.each([
    [{ instance_size: 'smal' }, { code: 'unknown-size', field: 'instance_size', received: 'smal' }],
    [{ hardware: 'gpu' }, { code: 'size-mismatch', field: 'hardware' }],
    [{ command: '' }, { code: 'invalid-job', field: 'command' }],
    [{ command: 7 }, { code: 'invalid-job', field: 'command', received: '7' }],
    [{ retries: -1 }, { code: 'invalid-job', field: 'retries', expected: 'at least 0', received: '-1' }],
    [{ instance_sizes: 'x' }, { code: 'unknown-field', field: 'instance_sizes', expected: 'instance_size' }],
    [{ backoff: { initial: 3 } }, { code: 'unknown-field', field: 'backoff.initial' }],
    [
      { cron_schedule_options: { schedule: '61 * * * *' } },
      { code: 'invalid-cron', field: 'cron_schedule_options.schedule' },
    ],
    [{ schedule: { cron: '0 6 * * *', timezone: 'Mars/Base' } }, { code: 'unknown-zone', field: 'schedule.timezone' }],
    [{ schedule: { cron: '0 6 * * *', starts_at: 'soon' } }, { code: 'invalid-job', field: 'schedule.starts_at' }],
    [{ executor: 'functon' }, { code: 'unknown-executor', field: 'executor' }],
    [{ working_dir: '../out' }, { code: 'invalid-job', field: 'working_dir' }],
    [{ on_place_lost: { rule: 'assume-gone' } }, { code: 'invalid-job', field: 'on_place_lost.after_ms' }],
    [{ is_spot: true }, { code: 'unsupported-field', field: 'is_spot', expected: 'false', received: 'true' }],
    [{ image_enforce_trusted: false }, { code: 'unsupported-field', field: 'image_enforce_trusted' }],
    [{ config_files: { '/etc/x': { content: '' } } }, { code: 'unsupported-field', field: 'config_files' }],
    [{ extra_packages: { use_mamba: true } }, { code: 'unsupported-field', field: 'extra_packages.use_mamba' }],
    [
      { external_repo_attachments: [{ external_repo_id: 'x' }] },
      { code: 'unsupported-field', field: 'external_repo_attachments.0.external_repo_id' },
    ],
    [{ external_repo_attachments: [{ ref: 'x' }] }, { code: 'invalid-job', field: 'external_repo_attachments.0.url' }],
  ])('with %j is refused by name: %j', async (fields, problem) => {
    const { status, headers, body } = await create({ name: uniqueName(), command: ['gated'], ...fields });
    expect(body).toMatchObject(problem);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body.message).toBe(body.detail);
    if (problem.code === 'invalid-job') expect(body.detail).toContain(problem.field);
  });

  it('with nothing in it is refused with what is missing', async () => {
    expect((await read(host.call('POST', '/api/jobs'))).body).toMatchObject({ code: 'invalid-job', field: 'name' });
  });
});

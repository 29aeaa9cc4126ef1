import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpHost, read } from './support/http-host.ts';
import { firstClient, key } from './support/saturn-client.ts';
import { saturnHost } from './support/saturn-host.ts';

/*
 * What each command of `sc` asks for and reads, in its order. Whatever is read by `key` has to be there, as the client breaks without it; it asks for
 * /status before anything else.
 */

let host: HttpHost;
let token: string;
let ids: { lab: string };
let made = 0;
beforeAll(async () => {
  host = await saturnHost({ directory: true });
  const { users, groups, tokens } = host.runyard;
  const ann = await users.create({ name: 'ann' });
  const lab = await groups.create({ name: 'lab' });
  await groups.addMember(lab.id, ann.id);
  ids = { lab: lab.id };
  token = (await tokens.mint({ name: 'sc', userId: ann.id })).token;
});
afterAll(async () => {
  const active = await host.runyard.runs.list({ states: ['queued', 'starting', 'running', 'stopping'] });
  for (const { id } of active.items) {
    await host.runyard.runs.cancel(id);
    await host.runyard.runs.wait(id);
  }
  await host[Symbol.asyncDispose]();
});

/** A call of the command line, which first looks at the version. */
const sc = async () => {
  const { ask } = firstClient(host, token);
  key(await ask('GET', '/api/status'), 'version');
  return ask;
};

const recipe = (fields: object = {}) => ({
  type: 'job',
  spec: {
    name: `etl-${++made}`,
    description: '',
    image: 'community/saturncloud/saturn-python:2023.09.01',
    instance_type: 'small',
    environment_variables: { DAY: 'yesterday' },
    working_directory: '/home/jovyan/workspace',
    start_script: '',
    git_repositories: [],
    secrets: [],
    shared_folders: [],
    start_dind: false,
    command: 'hang',
    scale: 1,
    use_spot_instance: false,
    schedule: null,
    ...fields,
  },
});

/** `sc apply FILE`: what it reads of the answer. */
const applied = async (given: ReturnType<typeof recipe>) => {
  const ask = await sc();
  const answer = await ask('PUT', '/api/recipes', given);
  key(answer, 'type');
  key(key(answer, 'spec'), 'owner');
  return { ask, name: String(key(key(answer, 'spec'), 'name')), id: String(key(key(answer, 'state'), 'id')) };
};

/** Every command about one job looks it up by its name. */
const found = async (ask: Awaited<ReturnType<typeof sc>>, name: string): Promise<string> =>
  String(key(key(await ask('GET', `/api/recipes/job/${name}`), 'state'), 'id'));

const podsOf = (summary: unknown): unknown[] => {
  const runs = key(summary, 'job_summaries') as unknown[];
  // What Python calls a reduce of nothing.
  if (runs.length === 0) throw new Error('TypeError: reduce() of empty iterable');
  return runs.flatMap((run) => key(run, 'pod_summaries') as unknown[]);
};

const runningPod = async (ask: Awaited<ReturnType<typeof sc>>, id: string) => {
  const pods = async () => podsOf(await ask('GET', `/api/jobs/${id}/runtimesummary`)) as Record<string, string>[];
  await expect.poll(async () => (await pods())[0]?.status).toBe('running');
  const [pod] = await pods();
  if (!pod) throw new Error('There is no pod.');
  return pod;
};

describe('sc apply', () => {
  it('makes a job, and brings it to what its file says from then on', async () => {
    const given = recipe();
    const { id, name } = await applied(given);
    const again = await applied({ ...given, spec: { ...given.spec, command: 'fail' } });
    expect(again).toMatchObject({ id, name });
    expect((await host.runyard.jobs.get(id)).spec).toMatchObject({
      command: 'fail',
      image: 'community/saturncloud/saturn-python:2023.09.01',
      env: { DAY: 'yesterday' },
    });
  });

  it('with --start starts it', async () => {
    const { ask, id } = await applied(recipe());
    await ask('POST', `/api/jobs/${id}/start`);
    expect((await host.runyard.jobs.get(id)).activity.active).toBe(1);
  });

  it('of a list of commands sends it as JSON in a text, and finds it so again', async () => {
    const command = JSON.stringify(['python a.py', 'python b.py']);
    const { ask, name } = await applied(recipe({ command }));
    expect((await ask('GET', `/api/recipes/job/${name}`)).spec.command).toBe(command);
  });
});

describe('sc list', () => {
  it('shows owner, name, type, status, size, scale and id', async () => {
    const { id, name } = await applied(recipe());
    const ask = await sc();
    const list = await ask('GET', `/api/recipes?type=job&owner_name=ann&name=${name}`);
    const [shown] = (key(list, 'recipes') as unknown[]).map((each) => [
      key(key(each, 'spec'), 'owner'),
      key(key(each, 'spec'), 'name'),
      key(each, 'type'),
      key(key(each, 'state'), 'status'),
      key(key(each, 'spec'), 'instance_type'),
      key(key(each, 'spec'), 'scale'),
      key(key(each, 'state'), 'id'),
    ]);
    expect(shown).toEqual(['runyard/ann', name, 'job', 'stopped', 'small', 1, id]);
  });

  it('of another type shows nothing', async () => {
    expect(await (await sc())('GET', '/api/recipes?type=deployment')).toEqual({ recipes: [] });
  });

  it('as templates shows neither state nor owner', async () => {
    const { name } = await applied(recipe());
    const { recipes } = await (await sc())('GET', `/api/recipes?type=job&name=${name}&as_template=True`);
    expect(recipes).toMatchObject([{ type: 'job', spec: { name } }]);
    expect(recipes[0].state ?? recipes[0].spec.owner).toBeUndefined();
  });
});

describe('sc get', () => {
  it('reads the whole recipe, which can be applied as it is and changes nothing', async () => {
    const { ask, id, name } = await applied(
      recipe({ schedule: '0 6 * * *', concurrency_policy: 'Forbid', retries: 2 }),
    );
    await host.runyard.jobs.update(id, {
      schedule: { cron: '0 6 * * *', timezone: 'Europe/Berlin' },
      priority: 3,
      limits: { runMs: 60_000 },
    });
    const before = await host.runyard.jobs.get(id);
    const whole = await ask('GET', `/api/recipes/job/${name}?owner_name=runyard/ann`);
    await ask('PUT', '/api/recipes', whole);
    expect(await host.runyard.jobs.get(id)).toEqual(before);
  });
});

describe('sc start, restart and stop', () => {
  it('start takes an empty body that says its length', async () => {
    const { ask, name } = await applied(recipe());
    expect(await ask('POST', `/api/jobs/${await found(ask, name)}/start`)).toMatchObject({ name });
  });

  it('stop ends what runs', async () => {
    const { ask, id, name } = await applied(recipe());
    await ask('POST', `/api/jobs/${id}/start`);
    await ask('POST', `/api/jobs/${await found(ask, name)}/stop`);
    await expect.poll(async () => (await host.runyard.jobs.get(id)).activity.active).toBe(0);
  });

  it('restart ends what runs, and starts anew', async () => {
    const { ask, id, name } = await applied(recipe());
    await ask('POST', `/api/jobs/${id}/start`);
    const old = await runningPod(ask, id);
    await ask('POST', `/api/jobs/${await found(ask, name)}/restart`);
    await expect.poll(async () => (await runningPod(ask, id)).name).not.toBe(old.name);
  });
});

describe('sc delete', () => {
  it('removes the job', async () => {
    const { ask, id, name } = await applied(recipe());
    await ask('DELETE', `/api/jobs/${await found(ask, name)}`);
    await expect(ask('GET', `/api/jobs/${id}`)).rejects.toThrow('404');
  });
});

describe('sc schedule', () => {
  it('with an expression sets it and switches it on; with --disable switches it off', async () => {
    const { ask, id, name } = await applied(recipe());
    const same = await found(ask, name);
    await ask('PATCH', `/api/jobs/${same}`, { cron_schedule_options: { schedule: '*/15 * * * *' } });
    expect(await ask('POST', `/api/jobs/${same}/schedule`)).toMatchObject({ scheduled: true });
    expect((await ask('GET', `/api/recipes/job/${name}`)).spec.schedule).toBe('*/15 * * * *');
    expect(await ask('POST', `/api/jobs/${same}/unschedule`)).toMatchObject({ id, scheduled: false });
  });
});

describe('sc clone', () => {
  it('makes another job of a template, for its owner or for a group, which does nothing yet', async () => {
    const { name } = await applied(recipe({ schedule: '@daily' }));
    for (const owner of [undefined, 'lab']) {
      const ask = await sc();
      const query = `as_template=True${owner === undefined ? '' : `&owner_name=${owner}`}`;
      const template = await ask('GET', `/api/recipes/job/${name}?${query}`);
      const spec = {
        ...(key(template, 'spec') as object),
        name: `${name}-of-${owner}`,
        command: 'fail',
        start_dind: false,
      };
      const body = {
        ...template,
        type: 'job',
        spec: { ...spec, ide: null, disk_space: null, ...(owner && { owner }) },
      };
      const clone = await ask('POST', '/api/recipes?enforce_unknown=false', body);
      const { spec: stored, activity, nextFireAt } = await host.runyard.jobs.get(clone.state.id);
      expect(stored).toMatchObject({ command: 'fail', schedule: { cron: '@daily', enabled: false } });
      expect([activity.active, nextFireAt]).toEqual([0, null]);
      if (owner) expect(stored.owner).toBe(`group:${ids.lab}`);
    }
  });
});

describe('sc pods', () => {
  it('shows those of the history and those that live', async () => {
    const { ask, id, name } = await applied(recipe());
    await ask('POST', `/api/jobs/${id}/start`);
    const same = await found(ask, name);
    await runningPod(ask, same);
    const history = key(await ask('GET', `/api/jobs/${same}/history`), 'pods') as unknown[];
    const past = history.map((pod) => ['pod_name', 'status', 'start_time', 'end_time'].map((each) => key(pod, each)));
    const live = podsOf(await ask('GET', `/api/jobs/${same}/runtimesummary`)).map((pod) => [
      ...['name', 'status', 'started_at', 'completed_at'].map((each) => key(pod, each)),
      key(key(pod, 'labels'), 'job-name'),
    ]);
    const { items } = await host.runyard.runs.list({ jobId: id });
    expect(past).toMatchObject([[`${items[0]?.id}-1`, 'running', expect.any(String), null]]);
    expect(live).toMatchObject([[`${items[0]?.id}-1`, 'running', expect.any(String), null, items[0]?.id]]);
  });

  it('of a job that never ran shows none', async () => {
    const { ask, id } = await applied(recipe());
    const summary = await ask('GET', `/api/jobs/${id}/runtimesummary`);
    expect('job_summaries' in summary ? podsOf(summary) : key(summary, 'pod_summaries')).toEqual([]);
  });
});

describe('sc logs', () => {
  it('reads those of a pod that lives by its name in the only namespace', async () => {
    const { ask, id, name } = await applied(recipe());
    await ask('POST', `/api/jobs/${id}/start`);
    const same = await found(ask, name);
    const pod = await runningPod(ask, same);
    const read = async () => {
      const summary = await ask('GET', `/api/pod/namespace/main-namespace/name/${pod.name}/runtimesummary`);
      expect(key(key(summary, 'labels'), 'saturncloud.io/resource-id')).toBe(id);
      key(summary, 'init_container_summaries');
      const containers = key(summary, 'container_summaries') as unknown[];
      return containers.map((each) =>
        ['name', 'status', 'logs', 'finished_at', 'exit_code', 'previous'].map((field) => key(each, field)),
      );
    };
    await expect
      .poll(read)
      .toMatchObject([['main', 'running', expect.stringContaining('hanging\n'), null, null, null]]);
  });

  it('reads those of one that has ended from the history', async () => {
    const { ask, id } = await applied(recipe({ command: 'fail' }));
    const { run } = await ask('POST', `/api/jobs/${id}/start`);
    await host.runyard.runs.wait(run.id);
    const [pod] = key(await ask('GET', `/api/jobs/${id}/history`), 'pods') as unknown[];
    const { logs } = await ask('GET', `/api/jobs/${id}/logs?pod_name=${key(pod, 'pod_name')}`);
    expect(logs.split('\n')).toContain('failing');
    const summary = await ask('GET', `/api/pod/namespace/main-namespace/name/${key(pod, 'pod_name')}/runtimesummary`);
    expect(summary.container_summaries).toMatchObject([{ status: 'error', exit_code: 3, logs: expect.any(String) }]);
  });
});

describe('sc options', () => {
  it('lists the sizes, sorted by their numbers', async () => {
    const options = await (await sc())('GET', '/api/info/servers');
    for (const size of Object.values(key(options, 'sizes') as object))
      expect(['name', 'gpu', 'cores'].map((each) => typeof key(size, each))).toEqual(['string', 'number', 'number']);
    expect([key(options, 'disk_space'), key(options, 'auto_shutoff')]).toEqual([[], []]);
  });
});

describe('what stands before a path', () => {
  it('is the name of who asks, and that of the primary organisation', async () => {
    const ask = await sc();
    expect(key(await ask('GET', '/api/user'), 'username')).toBe('ann');
    const orgs = key(await ask('GET', '/api/orgs'), 'orgs') as unknown[];
    expect(orgs.filter((org) => key(org, 'is_primary')).map((org) => key(org, 'name'))).toEqual(['runyard']);
  });

  it('may be said of any owner that one may have', async () => {
    const ask = await sc();
    const { owners } = await ask('GET', '/api/user/owners');
    expect(owners.map(({ name }: { name: string }) => name)).toEqual(['ann', 'lab']);
    expect((await ask('GET', '/api/orgs/runyard/owners')).owners).toEqual(owners);
    expect(await ask('GET', '/api/limits')).toEqual({ usage_limits: [] });
    const { id } = await applied(recipe({ owner: 'runyard/lab' }));
    expect((await host.runyard.jobs.get(id)).spec.owner).toBe(`group:${ids.lab}`);
  });
});

it('the owners of an organisation are read page by page, users and then groups, those of a name alone too', async () => {
  await using big = await saturnHost({ directory: true });
  const names = (kind: string, count: number) => Array.from({ length: count }, (_, i) => `${kind}-${i}`);
  for (const name of names('user', 5)) await big.runyard.users.create({ name });
  for (const name of names('group', 5)) await big.runyard.groups.create({ name });
  const walked = async (query: string) => {
    const pages: string[][] = [];
    for (let key = ''; ; ) {
      const { body } = await read(big.call('GET', `/api/orgs/runyard/owners?page_size=2${query}${key}`));
      pages.push(body.owners.map(({ name }: { name: string }) => name));
      if (body.next_key === undefined) return pages;
      key = `&next_key=${encodeURIComponent(body.next_key)}`;
    }
  };
  const all = await walked('');
  expect(all.flat()).toEqual(['admin', ...names('user', 5), ...names('group', 5)]);
  expect(Math.max(...all.map((page) => page.length))).toBe(2);
  expect((await walked('&name=P-4')).flat()).toEqual(['group-4']);
  expect((await walked('&name=-4')).flat()).toEqual(['user-4', 'group-4']);
  for (const query of ['next_key=nonsense', 'prev_key=x'])
    expect((await read(big.call('GET', `/api/orgs/runyard/owners?${query}`))).status).toBe(400);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunyardError } from '../src/domain/errors.ts';
import type { Outcome } from '../src/domain/run/outcome.ts';
import type { Attempt, Run } from '../src/domain/run/run.ts';
import { historyOfLogs } from '../src/http/saturn/pods/history-of-logs.ts';
import { podReason, podStatus } from '../src/http/saturn/pods/pod-status.ts';
import { type HttpHost, read } from './support/http-host.ts';
import { httpWorld } from './support/http-world.ts';
import { saturnHost } from './support/saturn-host.ts';

let host: HttpHost;
let names = 0;
beforeAll(async () => {
  host = await saturnHost();
});
afterAll(async () => {
  const active = await host.runyard.runs.list({ states: ['queued', 'starting', 'running', 'stopping'] });
  for (const { id } of active.items) {
    await host.runyard.runs.cancel(id);
    await host.runyard.runs.wait(id);
  }
  await host[Symbol.asyncDispose]();
});

const newJob = (fields: object = {}) => host.job({ name: `pods-${++names}`, command: 'hang', ...fields });
const get = async (path: string) => (await read(host.call('GET', `/api${path}`))).body;
const status = async (path: string) => {
  const { status: code, body } = await read(host.call('GET', `/api${path}`));
  return [code, body.code, body.field];
};
const start = async (job: { id: string }, until: 'running' | 'ended' = 'ended'): Promise<string> => {
  const { id } = await host.runyard.jobs.start(job.id);
  if (until === 'ended') await host.runyard.runs.wait(id);
  else await expect.poll(async () => (await host.runyard.runs.get(id)).state).toBe('running');
  return id;
};

describe('a pod', () => {
  it('is one attempt of a run: a retry is a pod of its own', async () => {
    const job = await newJob({ command: 'fail', backoff: { limit: 1, initial_ms: 0 } });
    const run = await start(job);
    const { job_summaries: runs } = await get(`/jobs/${job.id}/runtimesummary`);
    expect(runs).toMatchObject([
      {
        name: run,
        status: 'error',
        active_count: 0,
        pod_summaries: [
          { name: `${run}-1`, status: 'error', labels: { 'job-name': run } },
          { name: `${run}-2`, status: 'error', labels: { 'saturncloud.io/resource-id': job.id } },
        ],
      },
    ]);
    const { pods } = await get(`/jobs/${job.id}/history`);
    expect(pods.map((pod: { pod_name: string }) => pod.pod_name)).toEqual([`${run}-1`, `${run}-2`]);
  });

  it('has its rank behind its name where a job asks for several machines', async () => {
    const job = await newJob({ scale: 2 });
    const run = await start(job, 'running');
    const { pod_summaries: pods } = await get(`/active/pods?workload_type=job&workload_id=${job.id}`);
    expect(pods.map(({ name }: { name: string }) => name)).toEqual([`${run}-1-0`, `${run}-1-1`]);
    expect(await get(`/active/pods/${run}-1-1`)).toMatchObject({ name: `${run}-1-1`, status: 'running' });
    for (const name of [`${run}-1`, `${run}-1-2`, `${run}-2-0`, run, 'nonsense', `${'0'.repeat(32)}-1`])
      expect(await status(`/active/pods/${name}`)).toEqual([404, 'run-not-found', undefined]);
  });

  it('is one of a thousand at most in an answer, shared by its runs', async () => {
    const job = await newJob({ scale: 10_000 });
    const runs = [await start(job, 'running'), await start(job, 'running'), await start(job, 'running')].reverse();
    const { job_summaries: summaries } = await get(`/jobs/${job.id}/runtimesummary`);
    expect(summaries).toMatchObject(runs.map((name) => ({ name, scale: 10_000, running_count: 10_000 })));
    for (const { name, pod_summaries: pods } of summaries)
      expect([pods.length, pods[0].name, pods.at(-1).name]).toEqual([333, `${name}-1-0`, `${name}-1-332`]);
    expect((await get(`/active/pods?workload_id=${job.id}`)).pod_summaries).toHaveLength(999);
    expect((await get(`/jobs/${job.id}/history`)).pods).toHaveLength(999);
    expect(await get(`/active/pods/${runs[0]}-1-9999`)).toMatchObject({ status: 'running' });
    expect(await status(`/active/pods/${runs[0]}-1-10000`)).toEqual([404, 'run-not-found', undefined]);
  });

  it('that waits says what for', async () => {
    const job = await newJob({ command: 'wait' });
    await host.runyard.jobs.start(job.id);
    const condition = async () => (await get(`/active/pods?workload_id=${job.id}`)).pod_summaries[0]?.conditions[0];
    await expect.poll(condition).toMatchObject({ type: 'Ready', status: 'False', message: '0/5 nodes are available.' });
  });

  const attempt = (fields: Partial<Attempt>): Attempt =>
    ({ state: 'sealed', startedAt: 1, endedAt: 2, outcome: null, ...fields }) as Attempt;
  const of = (state: Run['state'], fields: Partial<Attempt>) => podStatus({ state, stop: null }, attempt(fields));

  it.each<[Run['state'], Partial<Attempt>, string]>([
    ['starting', { state: 'preparing', startedAt: null }, 'pending'],
    ['starting', { state: 'started', startedAt: null }, 'pending'],
    ['running', { state: 'started' }, 'running'],
    ['stopping', { state: 'started' }, 'stopping'],
    ['succeeded', { outcome: { class: 'exited', code: 0 } }, 'completed'],
    ['failed', { outcome: { class: 'exited', code: 1 } }, 'error'],
    ['failed', { outcome: { class: 'oom' } }, 'error'],
    ['cancelled', { outcome: { class: 'signalled', signal: 'SIGTERM' } }, 'stopped'],
    ['failed', { outcome: { class: 'lost' } }, 'unknown'],
    ['failed', {}, 'unknown'],
  ])('of a run that is %s, with %j, is %s', (state, fields, expected) => {
    expect(of(state, fields)).toBe(expected);
  });

  it('that had failed before its run was cancelled has failed', () => {
    const stop = (at: number) => ({ cause: 'cancelled-by-user', by: 'ann', at }) as Run['stop'];
    const failed = attempt({ outcome: { class: 'exited', code: 3 }, endedAt: 5 });
    expect(podStatus({ state: 'cancelled', stop: stop(6) }, failed)).toBe('error');
    expect(podStatus({ state: 'cancelled', stop: stop(5) }, failed)).toBe('stopped');
  });

  it.each<[Outcome | null, string | null]>([
    [{ class: 'oom' }, 'OOMKilled'],
    [{ class: 'infrastructure', reason: 'evicted' }, 'Evicted'],
    [{ class: 'infrastructure', reason: 'engine-away' }, null],
    [{ class: 'exited', code: 1 }, null],
    [null, null],
  ])('with the outcome %j has the reason %s', (outcome, expected) => {
    expect(podReason(outcome)).toBe(expected);
  });
});

describe('lists of runs and pods', () => {
  it('lead page by page to their end and back, newest first', async () => {
    const job = await newJob({ command: 'done' });
    const runs = [await start(job), await start(job), await start(job)].reverse();
    const page = (query: string) => get(`/jobs/${job.id}/runtimesummary?page_size=2${query}`);
    const namesOf = ({ job_summaries: some }: { job_summaries: { name: string }[] }) => some.map(({ name }) => name);
    const first = await page('');
    expect(namesOf(first)).toEqual(runs.slice(0, 2));
    const second = await page(`&next_key=${encodeURIComponent(first.next_key)}`);
    expect([namesOf(second), second.next_key]).toEqual([runs.slice(2), undefined]);
    expect(namesOf(await page(`&prev_key=${encodeURIComponent(second.prev_key)}`))).toEqual(runs.slice(0, 2));
    expect((await status(`/jobs/${job.id}/runtimesummary?next_key=nonsense`)).slice(0, 2)).toEqual([
      400,
      'invalid-request',
    ]);
  });

  it('leave out runs that were skipped', async () => {
    await using world = await httpWorld();
    const { token } = await world.token(world.people.root);
    const { id } = await world.runyard.jobs.create({
      name: 'overlapping',
      command: 'x',
      concurrencyPolicy: 'Forbid',
      schedule: { cron: '* * * * *' },
    });
    await world.clock.advance(150_000);
    const { items } = await world.runyard.runs.list({ jobId: id });
    expect(items.map(({ state }) => state)).toEqual(['skipped', 'running']);
    const { body } = await world.call('GET', `/jobs/${id}/runtimesummary`, { token });
    expect(body.job_summaries.map(({ name }: { name: string }) => name)).toEqual([items[1]?.id]);
    expect((await world.call('GET', `/jobs/${id}/history`, { token })).body.pods).toHaveLength(1);
  });

  it('leave out attempts that have ended where they ask for what is active', async () => {
    const job = await newJob();
    const run = await start(job, 'running');
    const done = await newJob({ command: 'done' });
    await start(done);
    expect((await get(`/active/pods?workload_id=${done.id}`)).pod_summaries).toEqual([]);
    const retried = await newJob({ command: 'fail', backoff: { limit: 1, initial_ms: 60_000 } });
    const waiting = (await host.runyard.jobs.start(retried.id)).id;
    await expect.poll(async () => (await host.runyard.runs.get(waiting)).failures).toBe(1);
    expect((await get(`/active/pods?workload_id=${retried.id}`)).pod_summaries).toEqual([]);
    expect((await get('/active/pods?workload_type=deployment')).pod_summaries).toEqual([]);
    const { pod_summaries: pods } = await get('/active/pods');
    expect(pods.map(({ name }: { name: string }) => name)).toContain(`${run}-1`);
    const { resources } = await get('/active/resources?resource_type=job&list_by=owner');
    const ids = resources.map(({ id }: { id: string }) => id);
    expect([ids.includes(job.id), ids.includes(done.id)]).toEqual([true, false]);
    expect(await get('/active/resources?resource_type=workspace')).toEqual({ resources: [] });
  });
});

describe('the log of a job', () => {
  const contents = (page: { logs: { content: string }[] }) =>
    page.logs.map(({ content }) => content).filter((line) => !line.startsWith('[runyard]'));
  const walked = async (path: string) => {
    const found: string[] = [];
    for (let key: string | undefined; ; ) {
      const page = await get(`${path}&page_size=1${key === undefined ? '' : `&next_key=${encodeURIComponent(key)}`}`);
      expect(page.logs.length).toBeLessThanOrEqual(1);
      found.push(...contents(page));
      if (page.next_key === undefined) return found;
      key = page.next_key;
    }
  };

  it('is told line by line, run behind run and attempt behind attempt, on any number of pages', async () => {
    const job = await newJob({ command: ['one', 'two'] });
    const [first, second] = [await start(job), await start(job)];
    const path = `/jobs/${job.id}/logs?x=`;
    const whole = await get(path);
    expect(contents(whole)).toEqual(['one', 'two', 'one', 'two']);
    expect(new Set(whole.logs.map(({ pod_name }: { pod_name: string }) => pod_name))).toEqual(
      new Set([`${first}-1`, `${second}-1`]),
    );
    expect(await walked(path)).toEqual(['one', 'two', 'one', 'two']);
    expect(await walked(`/jobs/${job.id}/logs?pod_name=${second}-1`)).toEqual(['one', 'two']);
    for (const key of ['nonsense', 'W10', Buffer.from('[1,2]').toString('base64url')])
      expect(await status(`${path}&next_key=${key}`)).toEqual([400, 'invalid-request', 'next_key']);
  });

  it('goes on with the run behind one that was forgotten between two pages, or while it was read', async () => {
    const job = await newJob({ command: ['one', 'two', 'three'] });
    const [gone, last] = [await start(job), await start(job)];
    const services = host.runyard.as({ kind: 'token', id: 'tester', admin: true });
    const { runs } = services;
    const list: typeof runs.list = async (options) => {
      const page = await runs.list(options);
      return page.items[0]?.id === gone && page.next !== undefined ? runs.list({ ...options, after: page.next }) : page;
    };
    const logs: typeof runs.logs = (id, options) => {
      if (id === gone) throw new RunyardError('run-not-found', 'gone');
      return runs.logs(id, options);
    };
    const page = { jobId: job.id, lines: 1000, signal: new AbortController().signal };
    const first = await historyOfLogs(services, { ...page, lines: 2 });
    expect(first.next_key).toBeDefined();
    for (const forgetting of [{ list }, { logs }, { list, logs }]) {
      const found = await historyOfLogs(
        { ...services, runs: { ...runs, ...forgetting } },
        { ...page, key: first.next_key },
      );
      const lines = contents(found as Parameters<typeof contents>[0]);
      expect(lines).toEqual(['one', 'two', 'three']);
      expect(JSON.stringify(found)).not.toContain(gone);
      expect(JSON.stringify(found)).toContain(last);
    }
  });

  it('is read forwards only', async () => {
    const job = await newJob();
    expect(await status(`/jobs/${job.id}/logs?prev_key=x`)).toEqual([400, 'invalid-request', 'prev_key']);
    expect((await status(`/jobs/${job.id}/logs?prev_key=`))[0]).toBe(200);
  });

  it('of a pod is only that of its attempt', async () => {
    const job = await newJob({ command: 'fail', backoff: { limit: 1, initial_ms: 0 } });
    const run = await start(job);
    for (const attempt of [1, 2]) {
      const { logs } = await get(`/jobs/${job.id}/logs?pod_name=${run}-${attempt}`);
      expect(new Set(logs.map(({ pod_name }: { pod_name: string }) => pod_name))).toEqual(
        new Set([`${run}-${attempt}`]),
      );
      expect(contents({ logs })).toEqual(['failing']);
      expect((await get(`/active/pods/${run}-${attempt}/logs`)).logs.match(/failing/g)).toHaveLength(1);
    }
    const other = await newJob();
    expect(await status(`/jobs/${other.id}/logs?pod_name=${run}-1`)).toEqual([404, 'run-not-found', undefined]);
    expect(await status(`/jobs/${job.id}/logs?pod_name=${run}-3`)).toEqual([404, 'run-not-found', undefined]);
  });

  it('of a pod can be its last lines, of its one container', async () => {
    const job = await newJob({ command: ['one', 'two', 'three'] });
    const pod = `/active/pods/${await start(job)}-1/logs`;
    expect(await get(`${pod}?page_size=2`)).toEqual({ logs: 'two\nthree\n' });
    expect((await get(`${pod}?container_name=main`)).logs).toContain('one\ntwo\nthree\n');
    expect(await get(`${pod}?container_name=sidecar`)).toEqual({ logs: '' });
    expect(await get(`${pod}?previous=true`)).toEqual({ logs: '' });
  });
});

it('what is not measured has no series', async () => {
  const job = await newJob();
  const series = { cpu: [], memory: [], network_in: [], network_out: [], gpu: [], gpu_memory: [] };
  expect(await get(`/jobs/${job.id}/metrics?type=cpu&resolution=1m`)).toEqual(series);
  expect(await get(`/jobs/${job.id}/clusters`)).toEqual({ clusters: ['main'] });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunyardError } from '../src/domain/errors.ts';
import { createHttpApp } from '../src/http/create-http-app.ts';
import type { Runyard } from '../src/services/runyard.ts';
import { type HttpHost, httpHost, read } from './support/http-host.ts';

let host: HttpHost;
let names = 0;
beforeAll(async () => {
  host = await httpHost();
});
afterAll(() => host[Symbol.asyncDispose]());

const newJob = (fields: object = {}) => host.job({ name: `job-${++names}`, ...fields });
const post = async (path: string, options: Parameters<HttpHost['call']>[2] = {}) => {
  const { headers, ...answer } = await read(host.call('POST', path, options));
  return { ...answer, location: headers.get('location') };
};
const get = async (path: string) => (await read(host.call('GET', path))).body;

describe('a start over HTTP', () => {
  it('needs no body, and answers with the job and its new run', async () => {
    const job = await newJob();
    const started = await post(`/api/jobs/${job.id}/start`);
    expect(started).toMatchObject({
      status: 200,
      location: `/api/runs/${started.body.run.id}`,
      body: { id: job.id, status: 'pending', active_runs: 1, run: { trigger: 'api', reason: null } },
    });
    const run = await get(`/api/runs/${started.body.run.id}`);
    expect(run).toMatchObject({
      job_id: job.id,
      job_name: job.name,
      trigger: 'api',
      requested_by: 'tester',
      attempts: expect.any(Array),
    });
  });

  it.each([
    ['an empty JSON body', { 'content-type': 'application/json', 'content-length': '0' }],
    ['an empty form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ])('takes %s', async (_, headers) => {
    const job = await newJob();
    expect(await post(`/api/jobs/${job.id}/start`, { body: '', headers })).toMatchObject({ status: 200 });
  });

  it('is manual where a page says so, and nothing else may be said', async () => {
    const job = await newJob();
    const start = (trigger: string) => post(`/api/jobs/${job.id}/start`, { headers: { 'x-runyard-trigger': trigger } });
    expect((await start('manual')).body.run.trigger).toBe('manual');
    expect(await start('schedule')).toMatchObject({ status: 400, body: { field: 'X-Runyard-Trigger' } });
  });

  it('with the same Idempotency-Key is the same run', async () => {
    const job = await newJob();
    const start = () => post(`/api/jobs/${job.id}/start`, { headers: { 'idempotency-key': 'k1' } });
    const [first, second] = [await start(), await start()];
    expect(second.body.run.id).toBe(first.body.run.id);
  });

  it('that was accepted says so although the job cannot be read any more', async () => {
    const job = await newJob();
    const { runyard } = host;
    let reads = 0;
    const servicesFor: Runyard['as'] = (principal) => {
      const services = runyard.as(principal);
      const get = async (): Promise<never> => {
        reads++;
        throw new RunyardError('store-unavailable', 'The store does not answer.');
      };
      return { ...services, jobs: { ...services.jobs, get } };
    };
    const app = createHttpApp({ ...runyard, http: { ...runyard.http, servicesFor } });
    const headers = { authorization: `token ${host.token}` };
    const url = `http://here/api/jobs/${job.id}/start`;
    const answer = await app.fetch(new Request(url, { method: 'POST', headers }));
    const { run } = (await answer.json()) as { run: { id: string } };
    expect({ status: answer.status, reads, location: answer.headers.get('location') }).toEqual({
      status: 201,
      reads: 1,
      location: `/api/runs/${run.id}`,
    });
    expect((await runyard.runs.get(run.id)).jobId).toBe(job.id);
    app.close();
  });

  it('changes what its body says for this run only', async () => {
    const job = await newJob({ command: ['say', 'one'] });
    const body = { command: ['say', 'two'], arguments: ['x'], environment_variables: { A: '1' }, debug_mode: false };
    const { body: started } = await post(`/api/jobs/${job.id}/start`, { body });
    const run = await get(`/api/runs/${started.run.id}`);
    expect(run.overrides).toEqual({ command: ['say', 'two'], arguments: ['x'], environment_variables: { A: '1' } });
    await host.runyard.runs.wait(started.run.id);
    expect(await (await host.call('GET', `/api/runs/${started.run.id}/logs`)).text()).toContain('two\n');
  });

  it.each([
    [{ debug_mode: true }, { code: 'unsupported-field', field: 'debug_mode' }],
    [{ concurency_policy: 'Allow' }, { code: 'unknown-field', expected: 'concurrency_policy' }],
    [{ arguments: 'two' }, { code: 'invalid-request', field: 'arguments' }],
    [[], { code: 'invalid-request' }],
  ])('with %j is refused: %j', async (body, problem) => {
    const job = await newJob();
    expect(await post(`/api/jobs/${job.id}/start`, { body })).toMatchObject({ status: 400, body: problem });
  });

  it('of a job that says Forbid is 409 with the id of the run in the way, unless it steps around the policy', async () => {
    const job = await newJob({ concurrency_policy: 'Forbid' });
    const first = await post(`/api/jobs/${job.id}/start`);
    expect(await post(`/api/jobs/${job.id}/start`)).toMatchObject({
      status: 409,
      body: { code: 'forbidden-overlap', id: first.body.run.id },
    });
    expect(await post(`/api/jobs/${job.id}/start`, { body: { concurrency_policy: 'Allow' } })).toMatchObject({
      status: 200,
    });
  });
});

describe('runs over HTTP', () => {
  it('are listed by job and state, read, and cancelled once', async () => {
    const job = await newJob();
    const { body: started } = await post(`/api/jobs/${job.id}/start`);
    const list = async (query: string) => (await get(`/api/runs?${query}`)).runs;
    const active = 'state=queued,starting&state=running,stopping';
    expect((await list(`job_id=${job.id}&${active}`)).map((run: { id: string }) => run.id)).toEqual([started.run.id]);
    expect(await list(`job_id=${job.id}&state=succeeded`)).toEqual([]);
    expect((await host.call('DELETE', `/api/jobs/${job.id}`)).status).toBe(409);
    expect(await post(`/api/runs/${started.run.id}/cancel`)).toMatchObject({
      status: 200,
      body: { id: started.run.id },
    });
    const ended = await host.runyard.runs.wait(started.run.id);
    expect(ended).toMatchObject({ state: 'cancelled', reason: 'cancelled-by-user' });
    expect(await post(`/api/runs/${started.run.id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'run-ended' },
    });
  });

  it('of a failed attempt tell how it ended, and the job its status', async () => {
    const job = await newJob({ command: ['fail'] });
    const { body: started } = await post(`/api/jobs/${job.id}/start`);
    await host.runyard.runs.wait(started.run.id);
    const run = await get(`/api/runs/${started.run.id}`);
    expect(run).toMatchObject({
      state: 'failed',
      reason: 'exit-code',
      exit_code: 1,
      attempts: [{ outcome: { class: 'exited', exit_code: 1 } }],
    });
    expect(JSON.stringify(run)).not.toMatch(/handle|lease/);
    expect(await get(`/api/jobs/${job.id}`)).toMatchObject({ status: 'error', active_runs: 0 });
  });

  it('with active ones a job goes only when that is allowed', async () => {
    const job = await newJob();
    const { body: started } = await post(`/api/jobs/${job.id}/start`);
    expect((await host.call('DELETE', `/api/jobs/${job.id}?allow_active=True`)).status).toBe(204);
    expect(await host.runyard.runs.wait(started.run.id)).toMatchObject({ state: 'cancelled' });
  });

  it.each(['state=done', 'state=queued,done', 'page_size=0', 'page_size=1001', 'page_size=x', 'job_id=5'])(
    'refuses ?%s',
    async (query) => {
      const answer = await host.call('GET', `/api/runs?${query}`);
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { code: 'invalid-request', field: query.split('=')[0] },
      ]);
    },
  );
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpWorld, type World } from './support/http-world.ts';

let world: World;
let token: string;
beforeAll(async () => {
  world = await httpWorld();
  token = (await world.token(world.people.ann)).token;
});
afterAll(() => world[Symbol.asyncDispose]());

const post = (path: string, body?: unknown) => world.call('POST', path, { token, ...(body !== undefined && { body }) });
const stateOf = async (run: string) => (await world.runyard.runs.wait(run)).state;
const started = async (job: string): Promise<string> => (await post(`/jobs/${job}/start`)).body.run.id;
const auditOf = async (id: string) =>
  (await world.runyard.audit.list({ subject: id })).items.map(({ action, by }) => [action, by.id]);

describe('a job that is stopped', () => {
  it('ends all its active runs, each with its entry in the audit trail', async () => {
    const job = await world.job('own');
    const runs = [await started(job), await started(job)];
    const stopped = await post(`/jobs/${job}/stop`);
    expect([stopped.status, stopped.body.id]).toEqual([200, job]);
    for (const run of runs) {
      expect(await stateOf(run)).toBe('cancelled');
      expect(await auditOf(run)).toEqual([['run.cancelled', `user:${world.people.ann}`]]);
    }
  });

  it('answers the same where nothing runs, and writes no second entry for who was asked before', async () => {
    const job = await world.job('own');
    expect((await post(`/jobs/${job}/stop`)).status).toBe(200);
    const run = await started(job);
    await Promise.all([post(`/jobs/${job}/stop`), post(`/jobs/${job}/stop`)]);
    expect(await stateOf(run)).toBe('cancelled');
    expect(await auditOf(run)).toHaveLength(1);
  });

  it('may be stopped by one run alone, also when that has ended, but by none of another job', async () => {
    const [job, other] = [await world.job('own'), await world.job('own')];
    const [one, two, foreign] = [await started(job), await started(job), await started(other)];
    expect(await post(`/jobs/${job}/stop/${one}`)).toMatchObject({ status: 200, body: { id: job } });
    expect(await stateOf(one)).toBe('cancelled');
    expect((await post(`/jobs/${job}/stop/${one}`)).status).toBe(200);
    expect((await post(`/jobs/${job}/stop/${foreign}`)).body.code).toBe('run-not-found');
    for (const run of [two, foreign]) expect((await world.runyard.runs.get(run)).stop).toBeNull();
  });
});

describe('a job that is restarted', () => {
  it.each(['Allow', 'Forbid', 'Replace'])('under %s has what ran replaced by a new run', async (policy) => {
    const job = await world.job('own');
    await world.runyard.jobs.update(job, { concurrencyPolicy: policy as 'Allow' });
    const before = await started(job);
    const { status, body, headers } = await post(`/jobs/${job}/restart`, { debug_mode: false });
    expect([status, body.id, headers.get('location')]).toEqual([200, job, `/api/runs/${body.run.id}`]);
    expect(await world.runyard.runs.wait(before)).toMatchObject({ state: 'cancelled', reason: 'replaced' });
    expect(body.run).toMatchObject({ state: 'queued', trigger: 'api' });
    expect(body.run.id).not.toBe(before);
  });

  it('waits until the one before is proved gone', async () => {
    const job = await world.job('own');
    const before = await started(job);
    await world.runToken(job);
    const { body } = await post(`/jobs/${job}/restart`);
    const run = await world.runyard.runs.get(body.run.id);
    expect(run.sentence === null || run.sentence.includes(before)).toBe(true);
    const old = await world.runyard.runs.wait(before);
    expect(run.attempts.every(({ createdAt }) => createdAt >= (old.endedAt ?? Infinity))).toBe(true);
  });

  it('with the key of an earlier restart is that run, and stops nothing', async () => {
    const job = await world.job('own');
    const options = { idempotencyKey: 'again' };
    const first = await world.runyard.jobs.restart(job, options);
    const second = await world.runyard.jobs.restart(job, options);
    expect(second.id).toBe(first.id);
    expect((await world.runyard.runs.get(first.id)).stop).toBeNull();
  });

  it('takes what a start takes, but for the policy', async () => {
    const job = await world.job('own');
    const { body } = await post(`/jobs/${job}/restart`, { environment_variables: { DAY: '1' } });
    expect((await world.runyard.runs.get(body.run.id)).overrides).toMatchObject({ env: { DAY: '1' } });
    const refused = await post(`/jobs/${job}/restart`, { concurrency_policy: 'Allow' });
    expect(refused).toMatchObject({ status: 400, body: { code: 'unknown-field', field: 'concurrency_policy' } });
  });
});

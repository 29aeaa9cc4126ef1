import { expect, it } from 'vitest';
import { useWorld } from './support/use-world.ts';

const { world, call } = useWorld();
const secrets = [{ name: 'not there', attachment_type: 'environment_variable', location: 'DB' }];

it('a check tells what is wrong of a job that is only described, by the names that were sent', async () => {
  const name = world().unique();
  const { status, body } = await call('POST', '/jobs/check', {
    name,
    command: 'x',
    secrets,
    cron_schedule_options: { schedule: '0 6 * * *' },
  });
  expect(status).toBe(200);
  expect(body.findings).toContainEqual(expect.objectContaining({ code: 'unknown-secret', field: 'secrets.0.name' }));
  expect(body.next_at).toHaveLength(5);
  expect((await call('GET', `/jobs?name=${name}`)).body.jobs).toEqual([]);
});

it('what a job would be refused for is found, by the name that was sent', async () => {
  const { status, body } = await call('POST', '/jobs/check', { name: 'x', command: 'x', instance_size: 'huge' });
  expect(status).toBe(200);
  expect(body.findings).toMatchObject([{ code: 'unknown-size', severity: 'error', field: 'instance_size' }]);
});

it('a save that asks for a check is 409 where the job could not run, by the name that was sent, and saves nothing', async () => {
  const name = world().unique();
  const job = { name, command: 'x', secrets: [{ ...secrets[0], name: 'nowhere' }] };
  const refused = { status: 409, body: { code: 'check-failed', field: 'secrets.0.name' } };
  expect(await call('POST', '/jobs?check=true', job)).toMatchObject(refused);
  expect(await call('PUT', '/jobs?check=true', { jobs: [job] })).toMatchObject({
    ...refused,
    body: { code: 'check-failed' },
  });
  expect((await call('GET', `/jobs?name=${name}`)).body.jobs).toEqual([]);
  const made = await call('POST', '/jobs', { name, command: 'x' });
  expect(await call('PATCH', `/jobs/${made.body.id}?check=true`, { secrets: job.secrets })).toMatchObject(refused);
});

it('a clone for a group says which secrets the group lacks, and is scheduled by nobody', async () => {
  await call('POST', '/secrets', { name: 'not there', value: 'x' });
  const made = await call('POST', '/jobs', {
    name: world().unique(),
    command: 'x',
    secrets,
    cron_schedule_options: { schedule: '0 6 * * *' },
  });
  const cloned = await call('POST', `/jobs/${made.body.id}/clone`, {
    owner: { group_id: world().lab },
    changes: { retries: 3 },
  });
  expect(cloned).toMatchObject({
    status: 201,
    body: {
      name: made.body.name,
      owner: { group_id: world().lab },
      retries: 3,
      scheduled: false,
      lacking: [{ code: 'unknown-secret', severity: 'error' }],
    },
  });
  expect(cloned.headers.get('location')).toBe(`/api/jobs/${cloned.body.id}`);
});

it('a clone for its own owner has another name, or the one that it is given', async () => {
  const job = await world().job('own');
  const { body: made } = await call('GET', `/jobs/${job}`);
  expect((await call('POST', `/jobs/${job}/clone`)).body).toMatchObject({ name: `${made.name} (copy)`, lacking: [] });
  expect((await call('POST', `/jobs/${job}/clone`, { name: 'another' })).body.name).toBe('another');
});

it.each([
  [{ changes: { instance_size: 'huge' } }, 'unknown-size', 'changes.instance_size'],
  [{ changes: { retries: -1 } }, 'invalid-job', 'changes.retries'],
  [{ changes: { schedule: { cron: 'x' } } }, 'invalid-cron', 'changes.schedule.cron'],
  [{ owner: { group_id: null } }, 'invalid-job', 'owner'],
])('a clone with %j is refused as %s by its place in the body', async (body, code, field) => {
  const job = await world().job('own');
  expect((await call('POST', `/jobs/${job}/clone`, body)).body).toMatchObject({ code, field });
});

it('an owner among the changes of a clone is refused, by where it was sent', async () => {
  const { body: job } = await call('POST', '/jobs', { name: world().unique(), command: 'x' });
  const cloned = await call('POST', `/jobs/${job.id}/clone`, { changes: { owner: { group_id: world().lab } } });
  expect(cloned).toMatchObject({ status: 400, body: { code: 'invalid-job', field: 'changes.owner' } });
});

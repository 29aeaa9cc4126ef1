import { expect, it } from 'vitest';
import { httpWorld } from './support/http-world.ts';
import { people } from './support/people.ts';

it('a job keeps its owner: an edit that names another is refused, and says how to clone it', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const lab = await p.all.groups.create({ name: 'lab' });
  await p.all.groups.addMember(lab.id, ann.id);
  const annAs = await ann.as();
  const job = await annAs.jobs.create({ name: 'a', command: 'x', schedule: { cron: '0 2 * * *' } });
  for (const services of [annAs, p.all])
    await expect(services.jobs.update(job.id, { owner: `group:${lab.id}`, priority: 1 })).rejects.toMatchObject({
      code: 'invalid-job',
      field: 'owner',
      message: expect.stringContaining('`jobs.clone`'),
      expected: `user:${ann.id}`,
    });
  expect(await annAs.jobs.get(job.id)).toMatchObject({ revision: 1, spec: { owner: `user:${ann.id}`, priority: 0 } });
});

it('an edit may name the owner that the job has', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const annAs = await ann.as();
  const job = await annAs.jobs.create({ name: 'a', command: 'x' });
  expect(await annAs.jobs.update(job.id, { owner: `user:${ann.id}` })).toMatchObject({ revision: 1 });
  expect(await annAs.jobs.update(job.id, { owner: `user:${ann.id}`, priority: 1 })).toMatchObject({ revision: 2 });
});

it('over HTTP an edit may name the owner that the job has, and no other', async () => {
  await using world = await httpWorld();
  const { token } = await world.token(world.people.ann);
  const name = world.unique();
  const { body: job } = await world.call('POST', '/jobs', { token, body: { name, command: 'x' } });
  const edit = (body: unknown) => world.call('PATCH', `/jobs/${job.id}`, { token, body });
  expect(await edit({ owner: job.owner, retries: 2 })).toMatchObject({ status: 200, body: { retries: 2 } });
  expect(await edit({ owner: { group_id: world.lab } })).toMatchObject({
    status: 400,
    body: { code: 'invalid-job', field: 'owner', detail: expect.stringContaining('jobs.clone') },
  });
});

it.each(['apply', 'diff'] as const)('%s takes a job of another owner for another job', async (how) => {
  await using p = await people();
  const lab = await p.all.groups.create({ name: 'lab' });
  const job = await p.all.jobs.create({ name: 'a', command: 'x' });
  const [answer] = await p.all.jobs[how]({ name: 'a', command: 'x', owner: `group:${lab.id}` });
  expect(answer?.change).toBe('created');
  expect((await p.all.jobs.get(job.id)).spec.owner).toBe('user:system');
});

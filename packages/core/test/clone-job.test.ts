import { expect, it } from 'vitest';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { people } from './support/people.ts';

it('a clone has the definition and nothing of the state: no runs, no pause, and its schedule is off', async () => {
  await using t = await testRunyard();
  const { jobs, runs } = t.runyard;
  const job = await jobs.create({ name: 'nightly', command: 'x', env: { A: '1' }, schedule: { cron: '0 2 * * *' } });
  await runs.wait((await jobs.start(job.id)).id);
  await jobs.pause(job.id);
  const { job: clone, lacking } = await jobs.clone(job.id);
  const { name: _a, schedule: before, ...rest } = job.spec;
  const { name, schedule: after, ...others } = clone.spec;
  expect(others).toEqual(rest);
  expect(after).toEqual({ ...before, enabled: false });
  expect({ name, pause: clone.pause, nextFireAt: clone.nextFireAt, lacking }).toEqual({
    ...{ name: 'nightly (copy)', pause: null, nextFireAt: null, lacking: [] },
  });
  expect(clone.activity.lastStartedAt).toBe(null);
  expect((await jobs.clone(job.id)).job.spec.name).toBe('nightly (copy 2)');
});

it('a name that is asked for is taken or refused, and changes are those of an update', async () => {
  await using t = await testRunyard();
  const { jobs } = t.runyard;
  const job = await jobs.create({ name: 'nightly', command: 'x', limits: { runMs: 1000 } });
  const changes = { limits: { graceMs: 5 }, command: 'y' };
  const { job: clone } = await jobs.clone(job.id, { name: 'weekly', changes });
  expect(clone.spec).toMatchObject({ name: 'weekly', command: 'y', limits: { runMs: 1000, graceMs: 5 } });
  await expect(jobs.clone(job.id, { name: 'weekly' })).rejects.toMatchObject({ code: 'name-in-use' });
  await expect(jobs.clone(job.id, { changes: { size: 'huge' } })).rejects.toMatchObject({ code: 'unknown-size' });
});

it('for another owner it keeps its name, lists what he lacks, and cannot be started until that is there or no part of it', async () => {
  const has = new Set(['user:ann KEY']);
  const secret = async (name: string, { owner }: { owner: string }) => (has.has(`${owner} ${name}`) ? 'a value' : null);
  await using t = await testRunyard({ secretProvider: { secret } });
  const ann = t.runyard.as({ kind: 'user', id: 'ann', groups: ['lab'] });
  const secrets = [{ name: 'KEY', type: 'environment_variable' as const, location: 'KEY' }];
  const sources = [{ url: 'https://git.example/a', credential: 'deploy' }];
  const job = await ann.jobs.create({ name: 'nightly', command: 'x', secrets, sources });
  const { job: clone, lacking } = await ann.jobs.clone(job.id, { owner: 'group:lab' });
  expect(clone.spec).toMatchObject({ name: 'nightly', owner: 'group:lab' });
  expect(lacking.map(({ code, field }) => `${code} ${field}`)).toEqual([
    'unknown-secret secrets.0.name',
    'unknown-credential sources.0.credential',
  ]);
  expect(lacking[0]?.sentence).toMatch(/group:lab has no secret 'KEY': make it/);
  await expect(ann.jobs.start(clone.id)).rejects.toMatchObject({ code: 'missing-access' });
  has.add('group:lab KEY');
  await ann.jobs.update(clone.id, { sources: [] });
  expect(await ann.jobs.start(clone.id)).toMatchObject({ jobId: clone.id });
});

it('one may clone what one sees, to an owner for whom one may make jobs; the audit trail says of what', async () => {
  await using p = await people();
  const [ann, bob] = [await p.user('ann'), await p.user('bob')];
  const lab = await p.all.groups.create({ name: 'lab' });
  await p.all.groups.addMember(lab.id, ann.id);
  const job = await (await ann.as()).jobs.create({ name: 'nightly', command: 'x' });
  await expect((await bob.as()).jobs.clone(job.id)).rejects.toMatchObject({ code: 'job-not-found' });
  const annAs = await ann.as();
  await expect(annAs.jobs.clone(job.id, { owner: `user:${bob.id}` })).rejects.toMatchObject({ code: 'forbidden' });
  const { job: clone } = await annAs.jobs.clone(job.id, { owner: `group:${lab.id}` });
  const { items } = await annAs.audit.list({ subject: clone.id });
  expect(items).toMatchObject([
    { action: 'job.created', owner: `group:${lab.id}`, details: { from: { id: job.id, name: 'nightly' } } },
  ]);
});

it('who may only read is told which scope a clone takes', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const job = await (await ann.as()).jobs.create({ name: 'nightly', command: 'x' });
  const { token } = await p.all.tokens.mint({ name: 'reads', userId: ann.id, scopes: ['jobs:read'] });
  const reads = await p.bearer(token);
  const refused = { code: 'forbidden', message: expect.stringContaining("the scope 'jobs:write'") };
  await expect(reads?.jobs.clone(job.id)).rejects.toMatchObject(refused);
  await expect(reads?.jobs.clone(job.id, { owner: 'user:somebody' })).rejects.toMatchObject({ code: 'forbidden' });
});

it('an owner among the changes of a clone is refused: it has a place of its own', async () => {
  await using t = await testRunyard();
  const { jobs } = t.runyard;
  const job = await jobs.create({ name: 'nightly', command: 'x' });
  for (const owner of ['group:lab', null])
    await expect(jobs.clone(job.id, { changes: { owner } })).rejects.toMatchObject({
      code: 'invalid-job',
      field: 'changes.owner',
      message: expect.stringMatching(/the clone's owner is `owner`/),
    });
});

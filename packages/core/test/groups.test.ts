import { expect, it } from 'vitest';
import { hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { people } from './support/people.ts';

it('only admins make groups and their members; members read, and to others there is no such group', async () => {
  await using p = await people();
  const [ann, bob] = [await p.user('ann'), await p.user('bob')];
  const lab = await p.all.groups.create({ name: 'lab', description: 'Ours' });
  await p.all.groups.addMember(lab.id, ann.id);
  const annAs = await ann.as();
  expect(await annAs.groups.get(lab.id)).toMatchObject({ name: 'lab', description: 'Ours' });
  expect((await annAs.groups.list()).items).toEqual([lab]);
  expect((await annAs.groups.members(lab.id)).items).toMatchObject([{ userId: ann.id, name: 'ann' }]);
  for (const refused of [
    annAs.groups.create({ name: 'mine' }),
    annAs.groups.update(lab.id, { name: 'x' }),
    annAs.groups.remove(lab.id),
    annAs.groups.addMember(lab.id, bob.id),
    annAs.groups.removeMember(lab.id, ann.id),
  ])
    await expect(refused).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('only admins') });
  const bobAs = await bob.as();
  expect((await bobAs.groups.list()).items).toEqual([]);
  for (const hidden of [bobAs.groups.get(lab.id), bobAs.groups.members(lab.id), bobAs.groups.addMember(lab.id, bob.id)])
    await expect(hidden).rejects.toMatchObject({ code: 'group-not-found' });
});

it('a member manages the jobs of his group, and from the moment that he is none he sees nothing of them', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const lab = await p.all.groups.create({ name: 'lab' });
  await p.all.groups.addMember(lab.id, ann.id);
  const job = await (await ann.as()).jobs.create({ name: 'shared', owner: `group:${lab.id}`, command: 'x' });
  expect(await (await ann.as()).jobs.get(job.id)).toMatchObject({ id: job.id });
  await p.all.groups.removeMember(lab.id, ann.id);
  await expect((await ann.as()).jobs.get(job.id)).rejects.toMatchObject({ code: 'job-not-found' });
});

it('the run of a member who is removed meanwhile goes on', async () => {
  await using p = await people({ script: () => hangs() });
  const ann = await p.user('ann');
  const lab = await p.all.groups.create({ name: 'lab' });
  await p.all.groups.addMember(lab.id, ann.id);
  const annAs = await ann.as();
  const job = await annAs.jobs.create({ name: 'shared', owner: `group:${lab.id}`, command: 'x' });
  const run = await annAs.jobs.start(job.id);
  await p.t.events.waitFor('run.running');
  await p.all.groups.removeMember(lab.id, ann.id);
  await expect((await ann.as()).runs.cancel(run.id)).rejects.toMatchObject({ code: 'run-not-found' });
  expect(await p.all.runs.get(run.id)).toMatchObject({ state: 'running' });
});

it('one who is a member already, or none any more, is no error', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const lab = await p.all.groups.create({ name: 'lab' });
  const [once, twice] = await Promise.all([
    p.all.groups.addMember(lab.id, ann.id),
    p.all.groups.addMember(lab.id, ann.id),
  ]);
  expect(twice).toEqual(once);
  await p.all.groups.removeMember(lab.id, ann.id);
  await p.all.groups.removeMember(lab.id, ann.id);
  expect((await p.all.groups.members(lab.id)).items).toEqual([]);
  await expect(p.all.groups.addMember(lab.id, '0'.repeat(32))).rejects.toMatchObject({ code: 'user-not-found' });
});

it('a group that owns jobs stays, and the refusal lists twenty of them and how many more there are', async () => {
  await using p = await people();
  const lab = await p.all.groups.create({ name: 'lab' });
  const ids: string[] = [];
  for (let i = 1; i <= 22; i++)
    ids.push((await p.all.jobs.create({ name: `job-${i}`, owner: `group:${lab.id}`, command: 'x' })).id);
  await expect(p.all.groups.remove(lab.id)).rejects.toMatchObject({
    code: 'owner-in-use',
    message: expect.stringMatching(
      new RegExp(
        `^The group 'lab' still owns the jobs 'job-1' \\(${ids[0]}\\), .*'job-20' \\(${ids[19]}\\); 2 other jobs\\.`,
      ),
    ),
  });
  for (const id of ids) await p.all.jobs.remove(id);
  await p.all.groups.remove(lab.id);
  await expect(p.all.groups.get(lab.id)).rejects.toMatchObject({ code: 'group-not-found' });
});

it('memberships go with their group', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const lab = await p.all.groups.create({ name: 'lab' });
  await p.all.groups.addMember(lab.id, ann.id);
  await p.all.groups.remove(lab.id);
  expect((await p.store.documents({ kind: 'member', limit: 10 })).items).toEqual([]);
});

it('a job is made for no group that is not there', async () => {
  await using p = await people();
  const owner = `group:${'0'.repeat(32)}`;
  const gone = { code: 'group-not-found', field: 'owner' };
  await expect(p.all.jobs.create({ name: 'a', owner, command: 'x' })).rejects.toMatchObject(gone);
  await expect(p.all.jobs.apply({ name: 'a', owner, command: 'x' })).rejects.toMatchObject(gone);
});

it('a group that is removed while a job is made for it gets none', async () => {
  await using p = await people();
  const lab = await p.all.groups.create({ name: 'lab' });
  const owner = `group:${lab.id}`;
  const commit = p.store.commit;
  let isRemoved = false;
  // Between the look at the owner and the write.
  p.store.commit = async (batches) => {
    if (!isRemoved && batches[0]?.some(({ kind }) => kind === 'job.insert')) {
      isRemoved = true;
      await p.all.groups.remove(lab.id);
    }
    return commit(batches);
  };
  const written = p.all.jobs.create({ name: 'b', owner, command: 'x' });
  await expect(written).rejects.toMatchObject({ code: 'group-not-found', field: 'owner' });
  expect((await p.all.jobs.list({ owner })).items).toEqual([]);
});

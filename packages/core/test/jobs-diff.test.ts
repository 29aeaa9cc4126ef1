import { expect, it } from 'vitest';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

it('jobs.diff says what jobs.apply would do, job by job, and writes nothing', async () => {
  await using t = await testRunyard();
  const { jobs } = t.runyard;
  const made = await jobs.apply(['same', 'changed', 'gone'].map((name) => ({ name, command: 'x' })));
  const wanted = [
    { name: 'same', command: 'x' },
    { name: 'changed', command: 'y' },
    { name: 'new', command: 'x' },
  ];
  const differences = await jobs.diff(wanted, { prune: true });
  expect(differences.map(({ change, id, before, after }) => [change, id, before?.command, after?.command])).toEqual([
    ['unchanged', made[0]?.job.id, 'x', 'x'],
    ['updated', made[1]?.job.id, 'x', 'y'],
    ['created', null, undefined, 'x'],
    ['removed', made[2]?.job.id, 'x', undefined],
  ]);
  expect((await jobs.list()).items.map(({ spec, revision }) => [spec.name, spec.command, revision])).toEqual([
    ['same', 'x', 1],
    ['changed', 'x', 1],
    ['gone', 'x', 1],
  ]);
  const applied = await jobs.apply(wanted, { prune: true });
  expect(applied.map(({ change }) => change)).toEqual(differences.map(({ change }) => change));
});

it('jobs.diff refuses what jobs.apply would refuse, and tells nothing of the jobs of others', async () => {
  await using t = await testRunyard();
  await t.runyard.jobs.apply({ name: 'a', command: 'secret', owner: 'user:zoe' });
  const ann = t.runyard.as({ kind: 'user', id: 'ann' });
  await expect(ann.jobs.diff({ name: 'a', command: 'x', owner: 'user:zoe' })).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(ann.jobs.diff({ name: 'a', command: '' })).rejects.toMatchObject({ code: 'invalid-job' });
  expect(await ann.jobs.diff({ name: 'a', command: 'x' })).toMatchObject([{ change: 'created', before: null }]);
});

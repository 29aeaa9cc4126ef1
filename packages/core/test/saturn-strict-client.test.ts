import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRoutes } from '../src/http/all-routes.ts';
import type { HttpHost } from './support/http-host.ts';
import { httpWorld } from './support/http-world.ts';
import { publishedFaults } from './support/published-faults.ts';
import { addressOf, routeCalls } from './support/route-calls.ts';
import { generatedClient } from './support/saturn-client.ts';
import { saturnHost } from './support/saturn-host.ts';

/* The generated client of the published API refuses an answer that lacks a field, or has one of another type: each answer of ours is held to that. */

let host: HttpHost;
let token: string;
let lab: string;
let made = 0;
beforeAll(async () => {
  host = await saturnHost({ directory: true, encryptionKeys: [{ id: 'key-1', key: randomBytes(32) }] });
  const { users, groups, tokens } = host.runyard;
  const ann = await users.create({ name: 'ann' });
  lab = (await groups.create({ name: 'lab' })).id;
  await groups.addMember(lab, ann.id);
  token = (await tokens.mint({ name: 'generated', userId: ann.id })).token;
});
afterAll(async () => {
  const active = await host.runyard.runs.list({ states: ['queued', 'starting', 'running', 'stopping'] });
  for (const { id } of active.items) {
    await host.runyard.runs.cancel(id);
    await host.runyard.runs.wait(id);
  }
  await host[Symbol.asyncDispose]();
});

const ask = (method: string, path: string, body?: unknown) => generatedClient(host, token).ask(method, path, body);
const newJob = (fields: object = {}) => ask('POST', '/api/jobs', { name: `job-${++made}`, command: 'x', ...fields });

const shapes: Record<string, object> = {
  'that never started': {},
  'with a schedule': { cron_schedule_options: { schedule: '@daily', concurrency_policy: 'Forbid' } },
  'of a list': { command: ['python', 'run.py', '--day', 'to day'] },
  'with an image': { image_uri: 'registry:5000/team/python:3.13' },
  'with an image of a digest': { image_uri: `python@sha256:${'0'.repeat(64)}` },
  'of a group': { owner: 'lab' },
  'with packages, sources, a script and secrets': {
    extra_packages: { pip: 'pandas', conda: 'name: x\n', as_environment_yml: true },
    external_repo_attachments: [{ url: 'https://example.org/a.git' }],
    start_script: 'export A=1',
    environment_variables: { A: '1' },
    secrets: [{ name: 's', attachment_type: 'file', location: 'a/b' }],
    tags: { team: 'data' },
  },
};

describe.each(Object.entries(shapes))('a job %s', (_, fields) => {
  it('is made, read, listed and told as a recipe as published', async () => {
    const job = await newJob(fields);
    const path = `/api/jobs/${job.id}`;
    expect(publishedFaults('Job', job)).toEqual([]);
    expect(publishedFaults('Job', await ask('GET', path))).toEqual([]);
    expect(publishedFaults('JobList', await ask('GET', `/api/jobs?name=${job.name}`))).toEqual([]);
    expect(publishedFaults('JobRecipe', await ask('GET', `${path}/recipe`))).toEqual([]);
    expect(publishedFaults('JobRecipe', await ask('GET', `${path}/recipe?as_template=true`))).toEqual([]);
    expect(publishedFaults('RecipeList', await ask('GET', `/api/recipes?name=${job.name}`))).toEqual([]);
    expect(publishedFaults('Job', await ask('PATCH', path, { description: 'edited' }))).toEqual([]);
    for (const [name, type] of [
      ['runtimesummary', 'JobRuntimeSummaryList'],
      ['history', 'ResourceHistory'],
      ['logs', 'HistoricLogList'],
      ['metrics', 'Metrics'],
      ['clusters', 'ResourceClusters'],
    ] as const)
      expect(publishedFaults(type, await ask('GET', `${path}/${name}`))).toEqual([]);
  });
});

describe.each([
  ['hang', 'running'],
  ['wait', 'pending'],
  ['fail', 'error'],
  ['done', 'completed'],
])('a run of the command %s', (command, status) => {
  it(`is told of as published while its pod is ${status}`, async () => {
    const job = await newJob({ command });
    expect(publishedFaults('Job', await ask('POST', `/api/jobs/${job.id}/start`))).toEqual([]);
    const summary = () => ask('GET', `/api/jobs/${job.id}/runtimesummary`);
    await expect.poll(async () => (await summary()).job_summaries[0]?.pod_summaries[0]?.status).toBe(status);
    const whole = await summary();
    const [pod] = whole.job_summaries[0].pod_summaries;
    expect(publishedFaults('JobRuntimeSummaryList', whole)).toEqual([]);
    expect(publishedFaults('PodRuntimeSummary', pod)).toEqual([]);
    expect(publishedFaults('ResourceHistory', await ask('GET', `/api/jobs/${job.id}/history`))).toEqual([]);
    expect(publishedFaults('HistoricLogList', await ask('GET', `/api/jobs/${job.id}/logs`))).toEqual([]);
    expect(publishedFaults('PodRuntimeSummary', await ask('GET', `/api/active/pods/${pod.name}`))).toEqual([]);
    expect(publishedFaults('PodLogs', await ask('GET', `/api/active/pods/${pod.name}/logs`))).toEqual([]);
    const active = await ask('GET', `/api/active/pods?workload_type=job&workload_id=${job.id}`);
    expect(publishedFaults('PodRuntimeSummaryList', active)).toEqual([]);
    expect(active.pod_summaries).toHaveLength(status === 'running' || status === 'pending' ? 1 : 0);
    expect(publishedFaults('Job', await ask('GET', `/api/jobs/${job.id}`))).toEqual([]);
  });
});

it.each([
  ['/api/status', 'ApiStatus'],
  ['/api/user', 'UserDetailed'],
  ['/api/user/owners', 'OwnerList'],
  ['/api/orgs', 'OrgList'],
  ['/api/orgs/runyard/owners', 'OwnerList'],
  ['/api/limits', 'UsageLimitsList'],
  ['/api/groups', 'GroupList'],
  ['/api/tokens', 'ApiTokenList'],
  ['/api/info/servers', 'ServerOptions'],
  ['/api/jobs/info', 'JobServerInfo'],
])('%s is answered as published', async (path, type) => {
  expect(publishedFaults(type, await ask('GET', path))).toEqual([]);
});

it('secrets and members are answered as published', async () => {
  const secret = await ask('POST', '/api/secrets', { name: `secret-${++made}`, value: 'x', access: 'owner' });
  expect(publishedFaults('Secret', secret)).toEqual([]);
  expect(publishedFaults('SecretList', await ask('GET', '/api/secrets'))).toEqual([]);
  expect(publishedFaults('GroupMemberList', await ask('GET', `/api/groups/${lab}/members`))).toEqual([]);
});

it('what is asked of a job is answered with the job as published', async () => {
  const job = await newJob({ command: 'hang', cron_schedule_options: { schedule: '@daily' } });
  for (const path of ['start', 'restart', 'stop', 'unschedule', 'schedule'])
    expect([path, publishedFaults('Job', await ask('POST', `/api/jobs/${job.id}/${path}`))]).toEqual([path, []]);
});

it('a new token, and the secrets of a job, are answered as published', async () => {
  expect(publishedFaults('ApiToken', await ask('POST', '/api/tokens', { description: 'x' }))).toEqual([]);
  const job = await newJob();
  const path = `/api/jobs/${job.id}/secrets`;
  const attached = await ask('POST', path, { location: 'A', secret: { name: `secret-${++made}`, value: 'x' } });
  expect(publishedFaults('SecretAttachment', attached)).toEqual([]);
  expect(publishedFaults('SecretAttachmentList', await ask('GET', path))).toEqual([]);
});

describe('a POST that says that it sends JSON and sends nothing', () => {
  const posts = allRoutes.filter(({ method, path }) => method === 'POST' && path !== '/auth/token');

  it.each(posts.map(({ path }) => path))('%s is as good as one without', async (path) => {
    await using world = await httpWorld();
    const call = await routeCalls[`POST ${path}`]?.(world, 'own');
    if (!call) throw new Error(`There is no call for ${path}.`);
    const { token: root } = await world.token(world.people.root);
    const answer = await world.call('POST', addressOf(call), { token: root, body: '' });
    expect(answer.body?.code).not.toBe('invalid-json');
    if (!call.body) expect(answer.status).toBeLessThan(300);
  });
});

it('an answer that lacks something, or has another type, is found out', async () => {
  const job = await newJob();
  const { image_tag: tag, ...without } = job;
  expect(publishedFaults('Job', without)).toEqual(['Job.image_tag is missing']);
  expect(publishedFaults('Job', { ...job, command: ['x'] })).toEqual(['Job.command is ["x"] and no string']);
  expect(publishedFaults('Job', { ...job, image_tag: { ...tag, image: null } })).toEqual([
    'Job.image_tag.image is null and no Image',
  ]);
  expect(publishedFaults('JobList', { jobs: [job, { ...job, retries: 0.5 }] })).toEqual([
    'JobList.jobs.1.retries is 0.5 and no integer',
  ]);
});

import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { allRoutes } from '../src/http/all-routes.ts';
import { saturnRoutes } from '../src/http/saturn/saturn-routes.ts';
import { httpHost, read } from './support/http-host.ts';

const topLevelNames = [...new Set(allRoutes.map(({ path }) => path.split('/')[1] ?? ''))];
const id = '5f0c8f1c2f7e4b6c9a3d1e2f4a5b6c7d';
const ofDirectory = [
  '/users',
  `/users/${id}`,
  '/users/',
  '/users/new',
  '/groups',
  `/groups/${id}/members`,
  `/groups/${id}/members/${id}`,
  '/tokens',
  `/tokens/${id}/rotate`,
];
const ofSaturn = ['active', 'auth', 'limits', 'orgs', 'pod', 'recipes', 'user'];
const theirs = ['/', '', '/invoices', '/jobsx', '/userss', '/images'];

describe.each([
  ['/api', true],
  ['/api', false],
  ['', false],
])('below %j, with directory: %s', (basePath, directory) => {
  it('paths of ours are ours, those of others are not, and those of people where there is a directory', async () => {
    await using host = await httpHost({ basePath }, { directory });
    const owns = (path: string) => host.app.owns(`${basePath}${path}`);
    const ours = topLevelNames.filter((name) => !/^(users|groups|tokens)$/.test(name) && !ofSaturn.includes(name));
    for (const name of ours)
      for (const path of [`/${name}`, `/${name}/`, `/${name}/nonsense`, `/${name}/${id}`])
        expect(owns(path), path).toBe(true);
    for (const path of theirs) expect(owns(path), path).toBe(false);
    for (const path of ofDirectory) expect(owns(path), path).toBe(directory);
    for (const path of ['/users/me', '/users/me/']) expect(owns(path), path).toBe(true);
  });
});

describe('of what only clients of the published API ask for', () => {
  const paths = saturnRoutes
    .map(({ path }) => path.replace(/\{\w+\}/g, 'x'))
    .filter((path) => !path.startsWith('/jobs/'));
  const hosts = ofSaturn.flatMap((name) => [`/${name}/x/y/z`, ...(paths.includes(`/${name}`) ? [] : [`/${name}`])]);

  it.each(['/api', ''])('only the very paths are ours below %j', async (basePath) => {
    await using host = await httpHost({ basePath });
    const owns = (path: string) => host.app.owns(`${basePath}${path}`);
    for (const path of paths) expect([path, owns(path), owns(`${path}/`)]).toEqual([path, true, true]);
    for (const path of [...hosts, '/user/settings', '/auth', '/orgs/x'])
      expect([path, owns(path)]).toEqual([path, false]);
  });

  it('nothing is ours, nor served, where it is switched off', async () => {
    await using host = await httpHost({ saturn: false });
    for (const path of [...paths, ...hosts]) expect([path, host.app.owns(`/api${path}`)]).toEqual([path, false]);
    const job = await host.job();
    for (const path of ['/recipes', '/user', `/jobs/${job.id}/recipe`, `/jobs/${job.id}/runtimesummary`])
      expect(await read(host.call('GET', `/api${path}`))).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(JSON.stringify(host.app.openapi())).not.toMatch(/recipe|runtimesummary/);
  });
});

it('what only clients of the published API ask for can be deleted: one file knows of it', async () => {
  const src = fileURLToPath(new URL('../src/', import.meta.url));
  const knowing: string[] = [];
  for (const file of await readdir(src, { recursive: true })) {
    if (!file.endsWith('.ts') || file.startsWith('http/saturn/')) continue;
    if (/from '[^']*\/saturn\//.test(await readFile(`${src}${file}`, 'utf8'))) knowing.push(file);
  }
  expect(knowing).toEqual(['http/all-routes.ts']);
});

it('the names that are ours are those of the routes', () => {
  expect(topLevelNames.sort()).toEqual([
    'active',
    'audit',
    'auth',
    'built_images',
    'git_credentials',
    'groups',
    'healthz',
    'info',
    'jobs',
    'limits',
    'metrics',
    'openapi.json',
    'orgs',
    'pod',
    'readyz',
    'recipes',
    'runs',
    'secrets',
    'status',
    'tokens',
    'user',
    'users',
    'webhooks',
  ]);
});

it('a host that asks the app all the same is told that there is no directory', async () => {
  await using host = await httpHost();
  expect(await read(host.call('GET', '/api/users'))).toMatchObject({ status: 404, body: { code: 'no-directory' } });
});

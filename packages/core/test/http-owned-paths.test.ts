import { describe, expect, it } from 'vitest';
import { topLevelNames } from '../src/http/create-http-app.ts';
import { httpHost, read } from './support/http-host.ts';

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
const theirs = ['/', '', '/invoices', '/jobsx', '/userss'];

describe.each([
  ['/api', true],
  ['/api', false],
  ['', false],
])('below %j, with directory: %s', (basePath, directory) => {
  it('paths of ours are ours, those of others are not, and those of people where there is a directory', async () => {
    await using host = await httpHost({ basePath }, { directory });
    const owns = (path: string) => host.app.owns(`${basePath}${path}`);
    const ours = topLevelNames.filter((name) => !/^(users|groups|tokens)$/.test(name));
    for (const name of ours)
      for (const path of [`/${name}`, `/${name}/`, `/${name}/nonsense`, `/${name}/${id}`])
        expect(owns(path), path).toBe(true);
    for (const path of theirs) expect(owns(path), path).toBe(false);
    for (const path of ofDirectory) expect(owns(path), path).toBe(directory);
    for (const path of ['/users/me', '/users/me/']) expect(owns(path), path).toBe(true);
  });
});

it('the names that are ours are those of the routes', () => {
  expect([...topLevelNames].sort()).toEqual([
    'audit',
    'git_credentials',
    'groups',
    'healthz',
    'images',
    'info',
    'jobs',
    'metrics',
    'openapi.json',
    'readyz',
    'runs',
    'secrets',
    'status',
    'tokens',
    'users',
    'webhooks',
  ]);
});

it('a host that asks the app all the same is told that there is no directory', async () => {
  await using host = await httpHost();
  expect(await read(host.call('GET', '/api/users'))).toMatchObject({ status: 404, body: { code: 'no-directory' } });
});

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HttpHost, httpHost } from './support/http-host.ts';

const page = await readFile(new URL('../../../docs/saturn.md', import.meta.url), 'utf8');
const section = page.slice(page.indexOf('## What is not there'), page.indexOf('## Where your host has such paths'));
const named = [...section.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell = '']) => [
  ...cell.matchAll(/`(?:([A-Z]+) )?(\/[^`]+)`/g),
]);

let host: HttpHost;
let job: string;
beforeAll(async () => {
  host = await httpHost({}, { directory: true });
  job = (await host.job()).id;
});
afterAll(() => host[Symbol.asyncDispose]());

it.each(named.map(([, method = 'GET', path = '']) => [method, path] as const))(
  'of the published API docs/saturn.md says that %s %s is not there, and it is not',
  async (method, path) => {
    const { status } = await host.call(method, `/api${path.replace('{id}', job)}`, {
      ...(method !== 'GET' && { body: {} }),
    });
    expect(status).toBe(method === 'GET' ? 404 : 405);
  },
);

it('the table of what is not there has paths', () => {
  expect(named.length).toBeGreaterThan(5);
});

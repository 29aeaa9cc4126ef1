import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { httpReference } from '../scripts/http-reference/http-reference.ts';
import { accessTable } from './support/http-access-table.ts';

const document = JSON.parse(await readFile(new URL('../openapi.json', import.meta.url), 'utf8'));
const page = await readFile(new URL('../../../docs/http-reference.md', import.meta.url), 'utf8');

it('the HTTP reference is that of the OpenAPI document (else: node packages/core/scripts/write-http-reference.ts)', () => {
  expect(page).toBe(httpReference(document, accessTable));
});

it('a field that only one of several alternatives needs is not said to be needed', () => {
  const owner = page.match(/^\| `owner\.(?:id|name)`.*$/gm) ?? [];
  expect(owner.length).toBeGreaterThan(1);
  expect(owner.filter((row) => row.includes('*'))).toEqual([]);
});

it('every link in it leads somewhere', () => {
  const anchors = new Set([...page.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id));
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, id]) => id);
  expect(links.length).toBeGreaterThan(100);
  expect(links.filter((id) => !anchors.has(id))).toEqual([]);
});

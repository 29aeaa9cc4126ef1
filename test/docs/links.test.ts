import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { pages, root } from './support/pages.ts';

// As GitHub makes them of headings, beside those that are written out.
const anchorsOf = (text: string): Set<string> => {
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]);
};

const linksOf = (text: string): string[] =>
  [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

it.each(pages)('every relative link of $name leads somewhere', ({ name, text }) => {
  const broken = linksOf(text).filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? name : relative(root, join(root, dirname(name), path));
    if (!existsSync(join(root, file))) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(join(root, file), 'utf8')).has(anchor);
  });
  expect(broken).toEqual([]);
});

it('docs/README.md, the index, has every page of docs', () => {
  const index = linksOf(pages.find(({ name }) => name === 'docs/README.md')?.text ?? '');
  const all = pages.map(({ name }) => /^docs\/(.+)$/.exec(name)?.[1]).filter((name) => name && name !== 'README.md');
  expect(all.filter((name) => !index.includes(name ?? ''))).toEqual([]);
});

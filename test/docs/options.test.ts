import { expect, it } from 'vitest';
import { optionRows } from './support/option-rows.ts';
import { pages } from './support/pages.ts';

// Where they differ: node test/docs/support/write-options.ts
it('docs/options.md has every option of createRunyard, with its type and what its comment says', () => {
  const page = pages.find(({ name }) => name === 'docs/options.md')?.text ?? '';
  const table = page.split('\n## ')[0] ?? '';
  const rows = table.split('\n').filter((line) => /^\| `/.test(line));
  expect(rows).toEqual(optionRows());
});

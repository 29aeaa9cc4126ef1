// `node test/docs/support/write-options.ts`: gives docs/options.md the rows that a test expects of it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionRows } from './option-rows.ts';
import { root } from './pages.ts';

const file = join(root, 'docs/options.md');
const [table = '', ...rest] = readFileSync(file, 'utf8').split('\n## ');
const rows = optionRows().join('\n');
writeFileSync(file, [table.replace(/^\| `[\s\S]*^\| `.*$/m, () => rows), ...rest].join('\n## '));

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { itFinds } from './support/clone-cases.ts';

describe.concurrent('clone-as-job finds what git status does not say', () => {
  itFinds({
    'a module in a repository of its own': {
      files: { 'run.py': 'import inner.m\n' },
      does: async (c) => {
        await c.git('init', '--quiet', 'inner');
        await c.write({ 'inner/m.py': '' });
        await c.git('-C', 'inner', 'add', '.');
        await c.git('-C', 'inner', 'commit', '--quiet', '-m', 'a');
      },
      finds: ['untracked-file'],
      says: /inner\/m\.py \(read by run\.py\) is in a git repository of its own/,
    },
    'a file that git was told to take for unchanged': {
      files: { 'run.py': "open('a.csv')\nopen('b.csv')\nopen('c.csv')\n", 'a.csv': '', 'b.csv': '', 'c.csv': '' },
      does: async (c) => {
        await c.git('update-index', '--assume-unchanged', 'a.csv', 'c.csv');
        await c.git('update-index', '--skip-worktree', 'b.csv');
        await c.write({ 'a.csv': '1', 'b.csv': '1' });
      },
      finds: ['changed-file'],
      says: /a\.csv \(read by run\.py:1\)[^c]*differs[\s\S]*b\.csv \(read by run\.py:2\)/,
    },
    'a folder that is empty here, which no clone has': {
      files: { 'run.py': "os.listdir('data')\n" },
      does: (c) => mkdir(join(c.dir, 'data')),
      finds: ['untracked-file'],
      says: /data \(read by run\.py:1\) is not in git/,
    },
    'nothing where all that is read is there': {
      files: { 'run.py': "os.listdir('data')\nopen('data/ä b.csv')\n", 'data/ä b.csv': '' },
      finds: [],
    },
  });
});

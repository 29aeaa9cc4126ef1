import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { blocks, pages } from './support/pages.ts';

// Those that say `// main.ts` are whole, and end by themselves.
const programs = blocks.filter(({ language, code }) => language === 'ts' && code.startsWith('// main.ts\n'));

it.each(programs)(
  'the program in $page runs as it stands, and ends with the line that the page tells',
  async (program) => {
    const dir = await mkdtemp(join(tmpdir(), 'runyard-program-'));
    // Beside this file, so that its imports are found.
    const file = join(import.meta.dirname, `program-${process.pid}-${program.line}.generated.mts`);
    try {
      await writeFile(file, program.code);
      const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: dir, timeout: 25_000 });
      const last = stdout.trimEnd().split('\n').at(-1);
      expect(pages.find(({ name }) => name === program.page)?.text).toContain(`\`${last}\``);
    } finally {
      await rm(file, { force: true });
      await rm(dir, { recursive: true, force: true });
    }
  },
);

it('there are such programs', () => {
  expect(programs.map(({ page }) => page)).toEqual(
    expect.arrayContaining(['docs/getting-started.md', 'docs/errors.md']),
  );
});

import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { findingCodes } from '../src/cli/clone-as-job/finding.ts';
import { commands } from '../src/cli/commands.ts';
import { exitCodes } from '../src/cli/exit-codes.ts';
import { endCodes } from '../src/cli/start/run-exit.ts';

const page = await readFile(new URL('../../../docs/command-line.md', import.meta.url), 'utf8');

it('the page on the command line names every command and every option, and so does its help', async () => {
  for (const [name, { load }] of Object.entries(commands)) {
    const { usage, help, options } = await load();
    expect(page).toMatch(new RegExp(`^#.*\\b${name}\\b|runyard ${name}\\b`, 'm'));
    for (const option of Object.keys(options)) {
      expect(page, name).toContain(`--${option}`);
      expect([usage, ...help].join('\n'), `the help of ${name}`).toMatch(
        new RegExp(`--${option}\\b|-${options[option]?.short} `),
      );
    }
  }
});

it('names every exit code', () => {
  const { internal: _, ...told } = { ...exitCodes, ...endCodes };
  for (const code of Object.values(told)) expect(page).toMatch(new RegExp(`\\| ${code}[, |]`));
});

it('names every finding of clone-as-job with its level, and no other', () => {
  const listed = [...page.matchAll(/^\| `([a-z-]+)` \| (error|warning|note)(, always)? \|/gm)];
  expect(listed.map(([, code, level, always]) => [code, level, always !== undefined])).toEqual(
    Object.entries(findingCodes).map(([code, finding]) => [code, finding.level, 'final' in finding]),
  );
});

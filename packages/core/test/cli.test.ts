import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commands } from '../src/cli/commands.ts';
import { runyard } from './support/terminal.ts';

const quiet = ['--disable-warning=ExperimentalWarning']; // Node 22 strips types with a warning of its own
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

describe('the command line', () => {
  it('lists every command, and each says how it is called', async () => {
    const { exit, out } = await runyard('--help');
    expect(exit).toBe(0);
    for (const name of Object.keys(commands)) {
      expect(out).toContain(`  ${name}`);
      const help = await runyard(name, '--help');
      expect(help).toMatchObject({ exit: 0, err: '' });
      expect(help.out).toMatch(new RegExp(`^runyard ${name} .*\\[--json\\]( \\[?-- .*)?\n\n`));
    }
  });

  it.each([
    ['nope'],
    ['migrate'],
    ['migrate', '--data-dir'],
    ['migrate', '--data-dir', '/x', '--database', 'postgres://x'],
    ['migrate', '--data-dir', '/x', 'word'],
    ['doctor', '--data-dir', '/x', '--unknown'],
    ['doctor', '--data-dir', '/x', '--schema', 's'],
  ])('ends with 64 and says where help is, when it is called as %j %j %j', async (...argv) => {
    expect(await runyard(...argv)).toMatchObject({
      exit: 64,
      out: '',
      err: expect.stringMatching(/^runyard: .*--help/s),
    });
  });

  it('ends with 69 where there is no such data directory, and makes none', async () => {
    for (const name of ['migrate', 'doctor'])
      expect(await runyard(name, '--data-dir', '/nowhere/at/all')).toMatchObject({
        exit: 69,
        err: expect.stringContaining('There is no data directory /nowhere/at/all'),
      });
  });

  it('says what is missing for a PostgreSQL store where its package is not installed', () => {
    const args = [...quiet, main, 'doctor', '--database', 'postgres://nobody@127.0.0.1/none'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: '/', env: {}, encoding: 'utf8' });
    expect(stderr).toMatch(/not installed here.*npm install @runyard\/postgres-store/);
    expect(status).toBe(64);
  });

  it('answers with one JSON object where that is asked for, also when it fails', async () => {
    const { exit, out, err } = await runyard('doctor', '--data-dir', '/nowhere/at/all', '--json');
    expect({ exit, err, answer: JSON.parse(out) }).toEqual({
      exit: 69,
      err: '',
      answer: { error: { code: 'data-dir-unusable', message: expect.any(String) } },
    });
  });
});

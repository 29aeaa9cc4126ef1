import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Told, told } from './told.ts';

const main = fileURLToPath(new URL('../../examples/cluster/main.ts', import.meta.url));
let folder: string;
let story: Told;
beforeAll(async () => {
  // Not in the folder of the tests, which is root's alone: where root runs them, PostgreSQL is run by somebody else.
  folder = await mkdtemp('/tmp/ry-cluster-');
  await chmod(folder, 0o711);
  story = await told(main, [], { TMPDIR: folder });
}, 150_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.runIf(process.platform === 'linux')('examples/cluster', () => {
  it('goes as it is told, to its end, and leaves nothing behind', async () => {
    expect(story).toMatchObject({ exit: 0, err: '' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('kills the instance that looks after the run; the run goes on, and its log is whole by way of another one', () => {
    const [, holder] = /looked after by (\w+)\./.exec(story.out) ?? [];
    expect(story.out).toContain(`*** ${holder} is killed (SIGKILL).`);
    expect(story.out).toMatch(/says: running\. The instance that looked after it is gone/);
    expect(story.out).toContain(`\n${holder}: the run `);
    expect(story.out).toContain('The run ended succeeded. Its log has 10 lines, each once and in order: true.');
  });

  it('fires a schedule that all three have once', () => {
    const [, count, due = '', by = ''] = /It has (\d+) run\(s\), due (.+); fired by (.+), and by/.exec(story.out) ?? [];
    // More than one where it took so long that another minute has begun; who was killed may have had no time to tell that it fired.
    expect(due.split(', ')).toHaveLength(Number(count));
    expect(by).toMatch(/^(one|two|three)(, (one|two|three))*$/);
    expect(new Set(due.split(', ')).size).toBe(Number(count));
  });
});

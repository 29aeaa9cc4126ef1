import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../examples/notebook-to-group-job/main.ts', import.meta.url));
let folder: string;
let told: { exit: number | null; out: string; err: string };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runyard-example-'));
  const env = { ...process.env, TMPDIR: folder };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  told = { exit, out, err };
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

// What was answered to the nth call like that.
const answerTo = (line: string, nth = 0): string => {
  const found = told.out.split('\n\n').filter((each) => each.startsWith(line));
  return found.at(nth) ?? `no ${line} in\n${told.out}`;
};

describe('examples/notebook-to-group-job', () => {
  it('goes as it is told, to its end, and leaves nothing behind', async () => {
    expect(told).toMatchObject({ exit: 0, err: '', out: expect.stringMatching(/That was all of it.*\n$/) });
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses the job of a command whose file is not in git, and then whose commit is not pushed', () => {
    const forgotten = answerTo('ann$ runyard clone-as-job -- node');
    expect(forgotten).toContain('error    untracked-file: fit-line.mjs (read by train.mjs) is not in git.');
    expect(forgotten).toContain('(exit code 65)');
    const unpushed = answerTo('ann$ runyard clone-as-job -- node', 1);
    expect(unpushed).toContain('error    not-pushed');
    expect(unpushed).not.toContain('untracked-file');
  });

  it('warns of a branch, and has nothing to say of a tag', () => {
    expect(answerTo('ann$ runyard clone-as-job --follow-branch')).toContain('warning  follows-branch');
    const pinned = answerTo("ann$ runyard clone-as-job --schedule '0 2 * * *'");
    expect(pinned).toContain('ref: v1.0.0');
    expect(pinned).not.toMatch(/warning|error/);
  });

  it('tells the group what it lacks, refuses the start, and finds nothing once it is there', () => {
    const lacking = told.out.slice(told.out.indexOf('/clone {'), told.out.indexOf('/unschedule'));
    expect(lacking).toMatch(/unknown-secret: group:\S+ has no secret 'registry'/);
    expect(lacking).toMatch(/unknown-credential: group:\S+ has no git credential 'flat-rents'/);
    expect(told.out).toMatch(/\/start\n {4}409 missing-access/);
    expect(told.out).toMatch(/\/check\n {4}200 nothing to be found/);
  });

  it('runs on its schedule with what is the group’s, also once the one who made it is gone', () => {
    const [first, second] = told.out.split('=== 8. Ann leaves');
    for (const night of [first, second]) expect(night).toContain('published with the token ***, as research');
    expect(second).toMatch(/ann\$ runyard jobs\n.*\n {4}\(exit code 77\)/);
    expect(second).toMatch(/failed \(source-refused\).*\n {4}\(exit code 125\)/);
    expect(told.out).toMatch(/ines {4}user\.removed {12}ann\n/);
  });

  it('never prints a token', () => {
    expect(told.out).not.toMatch(/tok-[0-9a-f]+|ryd_/);
  });
});

import { mkdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptLaunch } from '../src/testing/describe-executor/script-launch.ts';
import { checkedOut } from './fixtures/launch.ts';
import { commandLaunch, processBench } from './support/process-attempts.ts';

const secretAt = (location: string) => [{ type: 'file' as const, location, value: 'kept' }];

describe('a secret file', () => {
  it.each([
    ['conf', 'a folder is there'],
    ['plain/x', 'what is above it is no folder'],
    ['plain/deeper/x', 'what is above it is no folder'],
    ['x'.repeat(300), 'its name is too long'],
  ])(
    'that the repository is in the way of ends the start for good, and nothing of the host is told: %s',
    async (location, why) => {
      await using bench = await processBench();
      const source = checkedOut({
        async checkout(dir) {
          await mkdir(join(dir, 'conf'), { recursive: true });
          await writeFile(join(dir, 'conf', 'a.txt'), 'x');
          await writeFile(join(dir, 'plain'), 'y');
        },
      });
      const launch = scriptLaunch({ deed: { does: 'wait' }, sources: [source], secrets: secretAt(location) });
      const sentence = `The secret file '${location}' cannot be put into the workspace: ${why}. Give it another location.`;
      await expect(bench.started(launch)).rejects.toMatchObject({
        outcome: { class: 'start-failed', reason: 'secret-location', sentence },
      });
    },
  );

  it('is there also where a start was cut short behind it and is done again', async () => {
    await using bench = await processBench();
    const launch = scriptLaunch({ deed: { does: 'read', path: 'key' }, secrets: secretAt('key') });
    const handle = await bench.executor.prepare(launch, bench.signal);
    const start = (signal: AbortSignal) => bench.executor.start(handle, { launch, signal });
    await expect(start(AbortSignal.abort(new Error('cut short')))).rejects.toThrow('cut short');
    await start(bench.signal);
    await bench.outcome(handle);
    expect((await bench.output(handle)).toString()).toBe('kept');
  });
});

describe.runIf(process.platform === 'linux')('what lies in memory', () => {
  it('is gone when the end of its attempt is told', async () => {
    await using bench = await processBench();
    const handle = await bench.started(
      commandLaunch('cat key; until [ -e go ]; do sleep 0.01; done', { secrets: secretAt('key') }),
    );
    const kept = await readlink(join(bench.folder(handle), 'workspace/key'));
    expect(await readFile(kept, 'utf8')).toBe('kept');
    await writeFile(join(bench.folder(handle), 'workspace/go'), '');
    expect(await bench.outcome(handle)).toMatchObject({ class: 'exited', code: 0 });
    await expect(stat(dirname(kept))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('stays for what the command has left running, and goes with the attempt', async () => {
    await using bench = await processBench();
    const handle = await bench.started(
      commandLaunch('(until [ -e go ]; do sleep 0.01; done; cat key >copy; sleep 1000) >/dev/null 2>&1 & exit 0', {
        secrets: secretAt('key'),
      }),
    );
    const workspace = join(bench.folder(handle), 'workspace');
    await bench.outcome(handle);
    await writeFile(join(workspace, 'go'), '');
    const copied = () => readFile(join(workspace, 'copy'), 'utf8').catch(() => '');
    while ((await copied()) === '') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await copied()).toBe('kept');
    const kept = await readlink(join(workspace, 'key'));
    await bench.executor.remove(handle, bench.signal);
    await expect(stat(dirname(kept))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

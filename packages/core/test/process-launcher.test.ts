import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ExecutorUnavailable } from '../src/domain/errors.ts';
import { commandLaunch, processBench } from './support/process-attempts.ts';

// The launcher of this process, found as an operator would.
const launcherPids = (): number[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = / \(.*\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
        return Number(parent) === process.pid && /launcher/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
      } catch {
        return false;
      }
    });

describe.runIf(process.platform === 'linux')('a launcher that is killed', () => {
  it.each([0, 1, 2, 4, 8])('%i ms into a start is no answer: asked again, the job has run once', async (ms) => {
    await using bench = await processBench();
    const launch = commandLaunch('echo ran');
    const handle = await bench.executor.prepare(launch as never, bench.signal);
    const start = () => bench.executor.start(handle, { launch: launch as never, signal: bench.signal });
    const first = start().then(
      () => 'started',
      (error: unknown) => error,
    );
    await sleep(ms);
    for (const pid of launcherPids()) process.kill(pid, 'SIGKILL');
    expect(['started', expect.any(ExecutorUnavailable)]).toContainEqual(await first);
    await start();
    expect(await bench.outcome(handle)).toMatchObject({ class: 'exited', code: 0 });
    expect(await bench.output(handle)).toBe('ran\n');
  });

  it('is begun anew with the next preparation', async () => {
    await using bench = await processBench();
    await bench.started(commandLaunch('true'));
    for (const pid of launcherPids()) process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => bench.started(commandLaunch('echo again')).then((handle) => bench.outcome(handle)))
      .toMatchObject({ class: 'exited', code: 0 });
  });

  it('has nothing of the host’s environment', async () => {
    await using bench = await processBench();
    process.env.HOST_SECRET = 'mine';
    try {
      await bench.started(commandLaunch('true'));
      const environs = launcherPids().map((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8'));
      expect(environs).toHaveLength(1);
      expect(environs[0]).not.toContain('mine');
    } finally {
      delete process.env.HOST_SECRET;
    }
  });
});

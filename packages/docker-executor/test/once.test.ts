import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { docker, remains } from './support/docker-command.ts';
import { until } from './support/until.ts';
import { useWorkbench } from './support/workbench.ts';

describe.skipIf(!dockerRuns)('an attempt', () => {
  const engine = useDocker();
  const bench = useWorkbench(engine);

  it('that ended and is started again by the engine runs nothing, and ends as it did', async () => {
    const { run, outcome, output } = bench();
    const { handle } = await run({ sh: 'echo ran; exit 7' });
    await docker(engine(), 'start', '-a', String(handle.id)).catch(() => {});
    expect(await docker(engine(), 'inspect', '-f', '{{.State.ExitCode}}', String(handle.id))).toBe('7');
    expect((await output(handle)).toString()).toBe('ran\n');
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 7 });
  });

  it('that was killed from outside and is started again runs nothing, and its end is nobody else’s', async () => {
    const { start, launch, outcome, output } = bench();
    const handle = await start(launch({ sh: 'echo ran; sleep 1000' }));
    await until(async () => (await output(handle)).toString() === 'ran\n', 'it to run');
    await docker(engine(), 'kill', String(handle.id));
    expect(await outcome(handle)).toMatchObject({ class: 'infrastructure', reason: 'killed-from-outside' });
    await docker(engine(), 'start', '-a', String(handle.id)).catch(() => {});
    expect(await docker(engine(), 'inspect', '-f', '{{.State.ExitCode}}', String(handle.id))).toBe('125');
    expect((await output(handle)).toString()).toBe('ran\n');
    expect(await outcome(handle)).toMatchObject({ class: 'infrastructure' });
  });

  it('that somebody else stops is no failure of the job', async () => {
    const { start, launch, outcome, output } = bench();
    const handle = await start(launch({ sh: 'echo ran; sleep 1000' }));
    await until(async () => (await output(handle)).toString() === 'ran\n', 'it to run');
    await docker(engine(), 'stop', String(handle.id));
    expect(await outcome(handle)).toMatchObject({ class: 'infrastructure', reason: 'terminated' });
  });

  it('that we stop ends by the signal that we sent', async () => {
    const { start, launch, outcome, output, executor, signal } = bench();
    const ends: unknown[] = [];
    for (const trap of ['true', 'trap "" TERM']) {
      const handle = await start(launch({ sh: `${trap}; echo ran; while :; do sleep 1; done` }));
      await until(async () => (await output(handle)).toString() === 'ran\n', 'it to run');
      await executor.stop(handle, { graceMs: trap === 'true' ? 15_000 : 200, signal });
      ends.push(await outcome(handle));
    }
    expect(ends).toMatchObject([
      { class: 'signalled', signal: 'SIGTERM' },
      { class: 'signalled', signal: 'SIGKILL' },
    ]);
  });

  it('that exits with 137 by itself was not killed', async () => {
    const { run } = bench();
    expect((await run({ sh: 'exit 137' })).outcome).toMatchObject({ class: 'exited', code: 137 });
    expect((await run({ sh: 'kill -KILL $$' })).outcome).toMatchObject({ class: 'signalled', signal: 'SIGKILL' });
  });

  it('that removes its own notes is lost, not failed', async () => {
    const { run } = bench();
    expect((await run({ sh: 'rm -rf /runyard/state' })).outcome).toMatchObject({ class: 'lost' });
  });

  it('leaves no orphans unreaped while it runs', async () => {
    const { run } = bench();
    const { output } = await run({
      sh: 'i=0; while [ $i -lt 20 ]; do (sleep 0 & sleep 0 &); i=$((i+1)); done; sleep 0.3; grep -c "^State:.Z" /proc/[0-9]*/status | grep -c ":1$"',
    });
    expect(output).toBe('0\n');
  });

  it('whose container was made and never filled, as by a host that died, is made anew', async () => {
    const { launch, executor, signal, outcome } = bench();
    const job = launch({ sh: 'exit 3' });
    const name = `runyard-${job.installation}-${job.key}`;
    const marks = { installation: job.installation, key: job.key, version: '1', volume: 'left-over' };
    const given = Object.entries(marks).flatMap(([mark, value]) => ['--label', `runyard.${mark}=${value}`]);
    await docker(engine(), 'volume', 'create', 'left-over');
    await docker(engine(), 'create', '--name', name, ...given, '-v', 'left-over:/runyard', engine().images.busybox);
    const handle = await executor.prepare(job, signal);
    await executor.start(handle, { launch: job, signal });
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 3 });
    await executor.remove(handle, signal);
    expect(await remains(engine())).toEqual([]);
  });

  it('whose volume alone is left is listed as inert, and removing it takes the volume', async () => {
    const { launch, executor, signal } = bench();
    const job = launch({ sh: 'true' });
    const { id } = await executor.prepare(job, signal);
    await docker(engine(), 'rm', '-f', String(id));
    const listed = [];
    for await (const one of executor.list?.(job.installation, signal) ?? []) listed.push(one);
    expect(listed).toMatchObject([{ key: job.key, state: 'prepared' }]);
    expect(Math.abs((listed[0]?.createdAt ?? 0) - Date.now())).toBeLessThan(600_000);
    for (const { handle } of listed) await executor.remove(handle, signal);
    expect(await remains(engine())).toEqual([]);
  });
});

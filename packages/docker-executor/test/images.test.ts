import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { docker } from './support/docker-command.ts';
import { until } from './support/until.ts';
import { useWorkbench } from './support/workbench.ts';

describe.skipIf(!dockerRuns)('an image', () => {
  const engine = useDocker();
  const bench = useWorkbench(engine);

  it.each(['bash', 'dash'])('whose sh is %s keeps every rule of the first process', async (shell) => {
    const id = await docker(engine(), 'create', engine().images.tools, 'ln', '-sf', `/usr/bin/${shell}`, '/bin/sh');
    await docker(engine(), 'cp', '-L', `/usr/bin/${shell}`, `${id}:/usr/bin/${shell}`);
    await docker(engine(), 'start', '-a', id);
    await docker(engine(), 'commit', id, `runyard/${shell}:1`);
    const { run, start, launch, output, outcome, executor, signal } = bench({ image: `runyard/${shell}:1` });
    const secrets = [{ type: 'environment_variable' as const, location: 'TOKEN', value: 'a\n b' }];
    expect((await run({ sh: 'exit 137' })).outcome).toMatchObject({ class: 'exited', code: 137 });
    expect((await run({ sh: 'kill -KILL $$' })).outcome).toMatchObject({ class: 'signalled', signal: 'SIGKILL' });
    expect((await run({ sh: 'echo "$TOKEN"', secrets })).output).toBe('a\n b\n');
    const { handle } = await run({ sh: 'echo ran; exit 7' });
    await docker(engine(), 'start', '-a', String(handle.id)).catch(() => {}); // its exit code is the container's
    expect((await output(handle)).toString()).toBe('ran\n');
    const waiting = await start(launch({ sh: 'trap "echo told; exit 5" TERM; echo ready; sleep 1000 & wait' }));
    await until(async () => (await output(waiting)).toString() === 'ready\n', 'it to be ready');
    await executor.stop(waiting, { graceMs: 15_000, signal });
    expect(await outcome(waiting)).toMatchObject({ class: 'exited', code: 5 });
    expect((await output(waiting)).toString()).toBe('ready\ntold\n');
  });

  it('without bash runs what needs only sh', async () => {
    const { run } = bench({ image: engine().images.busybox });
    const { outcome, output } = await run({ sh: 'command -v bash || echo no bash; kill -TERM $$; sleep 1' });
    expect([outcome, output]).toMatchObject([{ class: 'signalled', signal: 'SIGTERM' }, 'no bash\n']);
  });

  it('without bash cannot run a start script, and says so', async () => {
    const { run } = bench({ image: engine().images.busybox });
    const { outcome } = await run({ sh: 'echo ran', startScript: 'true' });
    expect(outcome).toMatchObject({ class: 'start-failed', reason: 'bash-missing' });
    expect(outcome.sentence).toContain('bash');
  });

  it('without a shell can run nothing, and says so', async () => {
    const folder = `${bench().dataDir}/etc`;
    await mkdir(folder);
    const command = 'tar -C "$1/.." -c etc | /usr/bin/docker -H "unix://$2" import - runyard/empty:1';
    await promisify(execFile)('sh', ['-c', command, 'sh', folder, engine().socket]);
    const { start, launch, executor, signal } = bench({ image: 'runyard/empty:1' });
    const job = launch({ sh: 'true' });
    await expect(start(job)).rejects.toMatchObject({ outcome: { class: 'start-failed', reason: 'shell-missing' } });
    for await (const { handle } of executor.list?.(job.installation, signal) ?? [])
      await executor.remove(handle, signal);
  });

  it('whose own entrypoint, folder and user are other ones runs the job all the same', async () => {
    const id = await docker(engine(), 'create', engine().images.busybox);
    const changes = ['ENTRYPOINT ["/bin/false"]', 'USER worker', 'WORKDIR /etc'];
    await docker(engine(), 'commit', ...changes.flatMap((change) => ['-c', change]), id, 'runyard/odd:1');
    const { run } = bench({ image: 'runyard/odd:1' });
    expect((await run({ sh: 'pwd; id -un; touch x' })).output).toBe('/runyard/workspace\nworker\n');
  });

  it('whose labels are ours holds no GPUs for that', async () => {
    const id = await docker(engine(), 'create', engine().images.busybox);
    await docker(engine(), 'commit', '-c', 'LABEL runyard.gpus=GPU-1,GPU-2', id, 'runyard/holder:1');
    const { launch, executor, signal } = bench({ image: 'runyard/holder:1' });
    const job = launch({ sh: 'true' });
    const handle = await executor.prepare(job, signal);
    const listed = [];
    for await (const each of executor.list?.(job.installation, signal) ?? []) listed.push(each);
    expect(listed).toEqual([{ key: job.key, handle, state: 'prepared', createdAt: expect.any(Number) }]);
  });

  it('that the engine does not have is no failure of the engine', async () => {
    const { launch, executor, signal } = bench({ image: 'runyard/nowhere:1', pull: 'never' });
    await expect(executor.prepare(launch({ sh: 'true' }), signal)).rejects.toMatchObject({
      outcome: { class: 'start-failed' },
    });
  });
});

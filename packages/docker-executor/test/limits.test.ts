import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { docker } from './support/docker-command.ts';
import { useWorkbench } from './support/workbench.ts';

const MiB = 2 ** 20;
const size = (memoryBytes: number) => ({ name: 'test', cpu: 0.5, memoryBytes, gpu: null });

describe.skipIf(!dockerRuns)('what a container may do and use', () => {
  const engine = useDocker();
  const bench = useWorkbench(engine);

  it('is bounded by its size, and has no rights and no writable root unless the host says so', async () => {
    const { launch, executor, signal } = bench();
    const { id } = await executor.prepare(launch({ sh: 'true', size: size(64 * MiB) }), signal);
    const [{ HostConfig, Config }] = JSON.parse(await docker(engine(), 'inspect', String(id)));
    expect(HostConfig).toMatchObject({
      NanoCpus: 5e8,
      Memory: 64 * MiB,
      MemorySwap: 64 * MiB,
      ShmSize: 32 * MiB,
      PidsLimit: 4096,
      ReadonlyRootfs: true,
      Privileged: false,
      CapDrop: ['ALL'],
      CapAdd: [],
      SecurityOpt: ['no-new-privileges'],
      NetworkMode: 'default',
      PidMode: '',
      UTSMode: '',
      Binds: null,
      LogConfig: { Type: 'local' },
    });
    expect(Config.Env).toContain('NVIDIA_VISIBLE_DEVICES=void');
  });

  it('is what the host and the job say', async () => {
    const { launch, executor, signal } = bench({
      readOnlyRoot: false,
      capAdd: ['CHOWN'],
      noNewPrivileges: false,
      pidsLimit: 100,
      ulimits: { nofile: { soft: 100, hard: 200 } },
      networks: ['none'],
    });
    const wishes = { shmSize: 8 * MiB, ulimits: { nproc: 50 }, network: 'none', user: '1000' };
    const { id } = await executor.prepare(launch({ sh: 'true', spec: { wishes } }), signal);
    const [{ HostConfig, Config }] = JSON.parse(await docker(engine(), 'inspect', String(id)));
    expect(HostConfig).toMatchObject({ ReadonlyRootfs: false, CapAdd: ['CHOWN'], SecurityOpt: null, PidsLimit: 100 });
    expect(HostConfig).toMatchObject({ ShmSize: 8 * MiB, NetworkMode: 'none' });
    expect(HostConfig.Ulimits).toEqual([
      { Name: 'nofile', Soft: 100, Hard: 200 },
      { Name: 'nproc', Soft: 50, Hard: 50 },
    ]);
    expect(Config.User).toBe('1000');
  });

  it('too much memory is an end of its own', async () => {
    const { run } = bench();
    const { outcome } = await run({
      sh: 'exec python3 -c "x = bytearray(200 * 2**20)"',
      size: size(32 * MiB),
    });
    expect(outcome).toMatchObject({ class: 'oom', phase: 'command' });
  });

  it('a child that used too much memory is nothing to a command that coped with it', async () => {
    const { run } = bench();
    const { outcome } = await run({
      sh: 'python3 -c "x = bytearray(200 * 2**20)"; echo coped',
      size: size(32 * MiB),
    });
    expect(outcome).toMatchObject({ class: 'exited', code: 0 });
  });

  it('a size that the machine does not have can never run', async () => {
    const { launch, executor, signal } = bench();
    const huge = launch({ sh: 'true', size: { ...size(64 * MiB), cpu: 1000 } });
    await expect(executor.prepare(huge, signal)).rejects.toMatchObject({
      outcome: { class: 'start-failed', reason: 'size-refused' },
    });
  });

  it('shared memory is a part of its memory', async () => {
    const { launch, executor, signal } = bench({ shmSize: '128Mi' });
    const { id } = await executor.prepare(launch({ sh: 'true', size: size(64 * MiB) }), signal);
    expect(await docker(engine(), 'inspect', '-f', '{{.HostConfig.ShmSize}}', String(id))).toBe(String(64 * MiB));
    const wishes = { shmSize: 65 * MiB };
    await expect(
      executor.prepare(launch({ sh: 'true', size: size(64 * MiB), spec: { wishes } }), signal),
    ).rejects.toMatchObject({ outcome: { class: 'start-failed', reason: 'not-allowed' } });
  });

  it.each(['1000', '1000:1000', 'worker', 'worker:worker'])('as user %s the job owns its folders', async (user) => {
    const { run } = bench();
    const { output, outcome } = await run({
      sh: 'id -u; echo x >file; echo x >"$HOME/file"; echo x >"$TMPDIR/file"; echo x >/tmp/file; ls -ld . | awk "{print \\$3}"',
      spec: { wishes: { user } },
    });
    expect(outcome).toMatchObject({ class: 'exited', code: 0 });
    expect(output).toBe('1000\nworker\n');
  });

  it('a user that is not in the image could never run', async () => {
    const { start, launch } = bench();
    await expect(start(launch({ sh: 'true', spec: { wishes: { user: 'nobody-knows' } } }))).rejects.toMatchObject({
      outcome: { class: 'start-failed', reason: 'user-missing' },
    });
  });
});

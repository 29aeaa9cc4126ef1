import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, readlink, rename, stat, statfs, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capacityOf } from '../src/adapters/process-executor/capacity.ts';
import { serviceUnit, whyJobsCannotOutlive } from '../src/adapters/process-executor/outlive.ts';
import { parseSpec } from '../src/adapters/process-executor/parse-spec.ts';
import { processExecutor } from '../src/adapters/process-executor/process-executor.ts';
import type { ProcessEntry } from '../src/adapters/process-executor/process-table.ts';
import { membersOf } from '../src/adapters/process-executor/tree.ts';
import { RunyardError } from '../src/domain/errors.ts';
import type { ExecutorInput } from '../src/ports/executor.ts';
import { executorInput } from '../src/testing/describe-executor/executor-input.ts';
import { scriptLaunch } from '../src/testing/describe-executor/script-launch.ts';
import { checkedOut } from './fixtures/launch.ts';
import { commandLaunch, processBench } from './support/process-attempts.ts';

describe('a job that a process cannot be is refused when it is saved', () => {
  const job = executorInput();
  const none = { apt: [], conda: [], pip: [], cran: [], requirementsTxt: null, environmentYml: null };
  const file = (location: string) => [{ name: 's', type: 'file' as const, location }];

  it('and one that it can be is not', () => {
    expect(parseSpec({ ...job, extraPackages: { ...none, pip: ['x'] }, secrets: file('keys/a') }, null)).toEqual({});
  });

  it.each<[string, Partial<ExecutorInput>, string?]>([
    ['image', { image: 'python:3' }],
    ['hardware', { hardware: 'gpu' }, 'gpu-unavailable'],
    ['scale', { scale: 2 }],
    ['extraPackages.apt', { extraPackages: { ...none, apt: ['jq'] } }],
    ['secrets.0.location', { secrets: file('/etc/key') }],
    ['secrets.0.location', { secrets: file('../key') }],
  ])('%s', (field, change, code = 'unsupported-by-executor') => {
    const refused = (() => {
      try {
        return parseSpec({ ...job, ...change }, 'gives no GPUs away');
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(RunyardError);
    expect(refused).toMatchObject({
      code,
      field,
      message: expect.stringContaining(code === 'gpu-unavailable' ? 'gives no GPUs away' : 'Docker'),
    });
  });
});

describe('nothing leads out of the workspace', () => {
  const toEtc = checkedOut({ checkout: (dir: string) => symlink('/etc', join(dir, 'etc')) });
  const never = () => Promise.reject(new Error('it was checked out'));

  it.each(['../beside', '/tmp/x', 'etc', 'etc/deeper/still'])('not a source at %s', async (path) => {
    await using bench = await processBench();
    const sources = [toEtc, checkedOut({ path, checkout: never })];
    await expect(
      bench.executor.prepare(scriptLaunch({ deed: { does: 'wait' }, sources }), bench.signal),
    ).rejects.toMatchObject({
      outcome: { class: 'start-failed', reason: 'invalid-source' },
    });
  });

  it('not a secret file', async () => {
    await using bench = await processBench();
    const secrets = [{ type: 'file' as const, location: 'etc/runyard-secret', value: 'x' }];
    const launch = scriptLaunch({ deed: { does: 'wait' }, sources: [toEtc], secrets });
    await expect(bench.started(launch)).rejects.toMatchObject({
      outcome: { class: 'start-failed', reason: 'secret-location' },
    });
    expect(await readdir('/etc')).not.toContain('runyard-secret');
  });
});

describe('files', () => {
  it('of an attempt are their owner’s alone; secret files cannot be written', async () => {
    await using bench = await processBench();
    const secrets = [{ type: 'file' as const, location: 'key', value: 'x' }];
    const handle = await bench.started(scriptLaunch({ deed: { does: 'wait' }, secrets }));
    const mode = async (...path: string[]) =>
      ((await stat(join(bench.folder(handle), ...path))).mode & 0o777).toString(8);
    expect([await mode(), await mode('raw.log'), await mode('script'), await mode('workspace', 'key')]).toEqual([
      '700',
      '600',
      '600',
      '400',
    ]);
  });

  it.runIf(process.platform === 'linux')(
    'of secrets lie in memory, and go with the attempt, also where who removes it is cut short',
    async () => {
      await using bench = await processBench();
      const secrets = [{ type: 'file' as const, location: 'deep/key', value: 'once in memory' }];
      const handle = await bench.started(commandLaunch('cat deep/key; exec sleep 1000', { secrets }));
      await bench.printed(handle, 'once in memory');
      const kept = await readlink(join(bench.folder(handle), 'workspace/deep/key'));
      expect((await statfs(kept)).type).toBe(0x01021994);
      expect((await stat(dirname(kept))).mode & 0o777).toBe(0o700);
      await bench.executor.stop(handle, { graceMs: 0, signal: bench.signal });
      // Cut short: it has its other name, and nothing of it is gone.
      const folder = bench.folder(handle);
      await rename(folder, join(dirname(folder), `.gone-${basename(folder)}`));
      await bench.executor.remove(handle, bench.signal);
      await expect(stat(dirname(kept))).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );

  it.runIf(process.getuid?.() === 0)(
    'in folders that are write-protected are removed by an ordinary user too',
    async () => {
      await using bench = await processBench();
      const nobody = 65_534;
      const handle = await bench.executor.prepare(scriptLaunch({ deed: { does: 'wait' } }), bench.signal);
      const cache = join(bench.folder(handle), 'workspace', 'cache', 'deep');
      await mkdir(cache, { recursive: true });
      await writeFile(join(cache, 'file'), '');
      await chmod(cache, 0o555);
      await chmod(join(cache, '..'), 0o500);
      await handOver(bench.host.dataDir, nobody);
      // The folders above are ours alone, so the other user gets there by its working directory.
      const url = new URL('../src/adapters/process-executor/process-executor.ts', import.meta.url).href;
      // So may be the folder of these sources: they are read before it is that user.
      const program = `const { processExecutor } = await import('${url}');
      process.setuid(${nobody});
      const host = { dataDir: '.', place: '${bench.host.place}', clock: { monotonic: () => performance.now() } };
      await processExecutor()(host).remove(${JSON.stringify(handle)}, new AbortController().signal);`;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
        cwd: bench.host.dataDir,
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      expect(await once(child, 'exit')).toEqual([0, null]);
      expect(await bench.executor.inspect(handle, bench.signal)).toEqual({ state: 'missing' });
    },
  );

  const handOver = async (path: string, uid: number): Promise<void> => {
    await chown(path, uid, uid);
    for (const entry of await readdir(path, { withFileTypes: true }))
      if (entry.isDirectory()) await handOver(join(path, entry.name), uid);
      else await chown(join(path, entry.name), uid, uid);
  };
});

it('names that the host gives are passed on, and the job’s own values win', async () => {
  await using bench = await processBench();
  process.env.PASSED_ON = 'from the host';
  const executor = processExecutor({ env: ['PASSED_ON', 'NOT_SET'] })(bench.host);
  try {
    const launch = commandLaunch(`echo "$PASSED_ON|$TZ|\${NOT_SET-unset}"`, { env: { TZ: 'Asia/Tokyo' } });
    const handle = await executor.prepare(launch as never, bench.signal);
    await executor.start(handle, { launch: launch as never, signal: bench.signal });
    await bench.outcome(handle);
    expect(await bench.output(handle)).toBe('from the host|Asia/Tokyo|unset\n');
  } finally {
    delete process.env.PASSED_ON;
    await executor.close?.();
  }
});

describe('capacity', () => {
  it('is the machine, what was given, or not limited', () => {
    expect(capacityOf('machine')).toMatchObject({ cpu: expect.any(Number), memoryBytes: expect.any(Number) });
    expect(capacityOf({ cpu: 2, memory: 1024 })).toEqual({ cpu: 2, memoryBytes: 1024 });
    expect(capacityOf('unlimited')).toBeNull();
    expect(() => capacityOf({ cpu: 0, memory: 1 })).toThrow(RunyardError);
  });
});

describe('the warning that jobs end with their host', () => {
  const unit = '0::/system.slice/shop.service\n';
  it('comes for the first process of a container, and for a systemd service', () => {
    expect(whyJobsCannotOutlive({ pid: 1, cgroup: '', killMode: null })).toContain('container');
    expect(whyJobsCannotOutlive({ pid: 7, cgroup: unit, killMode: 'control-group' })).toContain('KillMode=process');
  });
  it('does not come where they outlive it', () => {
    expect(whyJobsCannotOutlive({ pid: 7, cgroup: unit, killMode: 'process' })).toBeNull();
    expect(
      whyJobsCannotOutlive({ pid: 7, cgroup: '0::/user.slice/user-1000.slice/session-3.scope\n', killMode: null }),
    ).toBeNull();
    expect(whyJobsCannotOutlive({ pid: 7, cgroup: '', killMode: null })).toBeNull();
    expect(serviceUnit('1:name=systemd:/system.slice/shop.service\n')).toBe('shop.service');
  });
});

describe('who belongs to an attempt', () => {
  const entry = (pid: number, parts: Partial<ProcessEntry> = {}): ProcessEntry => ({
    pid,
    parent: 1,
    session: pid,
    start: '1',
    marker: null,
    ...parts,
  });
  const supervisor = entry(10, { marker: 'k' });
  const pids = (entries: ProcessEntry[]) => entries.map(({ pid }) => pid);

  it('its marker, its session, and their children; never the supervisor', () => {
    const table = [
      entry(30, { parent: 20 }),
      supervisor,
      entry(20, { session: 10 }),
      entry(40, { marker: 'k' }),
      entry(50, { marker: 'other', parent: 20 }),
      entry(60, { parent: 50 }),
      entry(70),
    ];
    expect(pids(membersOf('k', supervisor, table))).toEqual([30, 20, 40]);
  });

  it('without a living supervisor, a session number proves nothing', () => {
    expect(pids(membersOf('k', null, [entry(20, { session: 10 }), entry(40, { marker: 'k' })]))).toEqual([40]);
  });
});

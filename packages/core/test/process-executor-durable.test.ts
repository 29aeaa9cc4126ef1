import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type AttemptFolder, attemptFolder } from '../src/adapters/process-executor/attempt-folder.ts';
import { thisMachine } from '../src/adapters/process-executor/machine.ts';
import { supervisorProgram } from '../src/adapters/process-executor/supervisor.ts';
import { AttemptFailed, AttemptMissing } from '../src/domain/run/launch-errors.ts';
import type { Handle } from '../src/domain/run/run.ts';
import type { Launch } from '../src/ports/executor.ts';
import { scriptLaunch } from '../src/testing/describe-executor/script-launch.ts';
import { until } from '../src/testing/describe-executor/until.ts';
import { checkedOut } from './fixtures/launch.ts';
import { carriers, commandLaunch, killCarriers, processBench, procText } from './support/process-attempts.ts';
import { bystander } from './support/process-under-test.ts';

const hostProgram = fileURLToPath(new URL('./fixtures/process-host.ts', import.meta.url));
const supervisorOf = async (note: string): Promise<number> => Number((await readFile(note, 'utf8')).split('\n')[3]);

describe('a job outlives its host', () => {
  // Starts the job in a host of its own.
  const inOtherHost = async (
    dataDir: string,
    place: string,
    launch: Launch,
    then?: 'leave',
  ): Promise<{ host: ChildProcess; handle: Handle }> => {
    const args = [hostProgram, dataDir, place, JSON.stringify(launch), ...(then ? [then] : [])];
    const host = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: host.stdout });
    const [line] = (await once(lines, 'line')) as [string];
    return { host, handle: JSON.parse(line) as Handle };
  };

  it('a host killed with SIGKILL leaves it running; the next one gets its outcome and whole log', async () => {
    await using bench = await processBench();
    const go = join(bench.host.dataDir, 'go');
    const launch = commandLaunch(`echo begun; while [ ! -e '${go}' ]; do sleep 0.05; done; echo done; exit 6`);
    const { host, handle } = await inOtherHost(bench.host.dataDir, bench.host.place, launch);
    await bench.printed(handle, 'begun');
    host.kill('SIGKILL');
    await once(host, 'exit');
    const waiting = bench.outcome(handle);
    expect(await bench.executor.inspect(handle, bench.signal)).toEqual({ state: 'running' });
    await writeFile(go, '');
    expect(await waiting).toMatchObject({ class: 'exited', code: 6, phase: 'command' });
    expect(await bench.output(handle)).toBe('begun\ndone\n');
  });

  it('waiting for a job and having started it do not keep a host from ending', async () => {
    await using bench = await processBench();
    const launch = scriptLaunch({ deed: { does: 'wait' } });
    const { host, handle } = await inOtherHost(bench.host.dataDir, bench.host.place, launch, 'leave');
    if (host.exitCode === null) await once(host, 'exit');
    expect(host.exitCode).toBe(0);
    expect(await bench.executor.inspect(handle, bench.signal)).toEqual({ state: 'running' });
  });

  it('a host that dies while it hands over the secrets has started nothing', async () => {
    await using bench = await processBench();
    const launch = commandLaunch('echo ran');
    const handle = await bench.executor.prepare(launch, bench.signal);
    const folder = attemptFolder(bench.host.dataDir, handle as never);
    const secrets = [{ type: 'environment_variable' as const, location: 'TOKEN', value: 'x\ny }\n' }];
    const program = supervisorProgram({ folder, machine: await thisMachine(), shell: 'sh', secrets });
    for (const shell of [
      ['sh', '-s'],
      ['bash', '--posix', '-s'],
    ])
      for (let cut = 1; cut < program.length - 2; cut += 61) await run(shell, program.slice(0, cut), folder.workspace);
    expect(await bench.executor.inspect(handle, bench.signal)).toEqual({ state: 'prepared' });
    expect(await bench.output(handle)).toBe('');
  });
});

// Runs a program on the stdin of a shell, to its end.
async function run([shell = '', ...args]: string[], program: string, cwd: string): Promise<void> {
  const child = spawn(shell, args, { cwd, stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(program);
  await once(child, 'exit');
}

// Runs an attempt under the program as another shell reads it, to its end.
async function supervised(
  bench: Awaited<ReturnType<typeof processBench>>,
  shell: string,
  launch: Launch,
  before: (folder: AttemptFolder) => Promise<void> = async () => undefined,
): Promise<Handle> {
  const handle = await bench.executor.prepare(launch, bench.signal);
  const folder = attemptFolder(bench.host.dataDir, handle as never);
  await before(folder);
  const program = supervisorProgram({ folder, machine: await thisMachine(), shell: 'sh', secrets: [] });
  const [name = '', ...args] = shell.split(' ');
  const child = spawn(name, [...args, '-s'], {
    cwd: folder.workspace,
    env: { PATH: '/usr/bin:/bin', RUNYARD_ATTEMPT: launch.key, RUNYARD_PHASE_FILE: folder.phase },
    stdio: ['pipe', 'ignore', 'ignore', 'ignore'],
    detached: true,
  });
  child.stdin?.end(program);
  await once(child, 'exit');
  return handle;
}

describe('the supervisor', () => {
  it.each(['sh', 'bash --posix'])(
    'ends what was told to stop while it began, although its TERM was lost (%s)',
    async (shell) => {
      await using bench = await processBench();
      const handle = await supervised(bench, shell, commandLaunch('echo ran; sleep 60'), ({ stop }) =>
        writeFile(stop, ''),
      );
      expect(await bench.outcome(handle)).toMatchObject({ class: 'signalled', signal: 'SIGTERM' });
      expect(await bench.output(handle)).toBe('');
    },
  );

  it.each(['sh', 'bash --posix'])('tells an exit code from a death by signal (%s)', async (shell) => {
    await using bench = await processBench();
    const ends = [
      ['exit 0', { class: 'exited', code: 0 }],
      ['exit 137', { class: 'exited', code: 137 }],
      ['exit 143', { class: 'exited', code: 143 }],
      ['kill -KILL $$', { class: 'signalled', signal: 'SIGKILL' }],
      ['kill -TERM $$', { class: 'signalled', signal: 'SIGTERM' }],
      ['kill -SEGV $$', { class: 'signalled', signal: 'SIGSEGV' }],
    ] as const;
    for (const [command, outcome] of ends) {
      const handle = await supervised(bench, shell, commandLaunch(command));
      expect(await bench.outcome(handle), command).toMatchObject(outcome);
    }
  });

  it('keeps secrets out of argument lists and out of its own environment', async () => {
    await using bench = await processBench();
    const secrets = [{ type: 'environment_variable' as const, location: 'TOKEN', value: 's3cret' }];
    const launch = scriptLaunch({ deed: { does: 'wait' }, secrets });
    const handle = await bench.started(launch);
    await bench.printed(handle, 'waiting');
    const supervisor = await supervisorOf(bench.note(handle, 'claim'));
    const pids = await carriers(launch.key);
    expect(pids).toContain(supervisor);
    for (const pid of pids) expect(await procText(pid, 'cmdline')).not.toContain('s3cret');
    expect(await procText(supervisor, 'environ')).not.toContain('s3cret');
    const job = pids.find((pid) => pid !== supervisor) ?? 0;
    expect(await procText(job, 'environ')).toContain('TOKEN=s3cret');
  });

  it('gives the command an empty stdin and no descriptors but the usual three', async () => {
    await using bench = await processBench();
    const handle = await bench.started(
      commandLaunch(
        'cat; readlink /proc/$$/fd/0; for fd in 0 1 2 3 4 5 6 7 8 9; do [ ! -e "/proc/$$/fd/$fd" ] || echo "$fd"; done',
      ),
    );
    expect(await bench.outcome(handle)).toMatchObject({ code: 0 });
    expect(await bench.output(handle)).toBe('/dev/null\n0\n1\n2\n');
  });

  it('a TERM that we did not order is infrastructure, whatever the command made of it', async () => {
    await using bench = await processBench();
    for (const deed of [{ does: 'wait' }, { does: 'leave' }] as const) {
      const handle = await bench.started({ deed });
      await bench.printed(handle, 'waiting');
      process.kill(-(await supervisorOf(bench.note(handle, 'claim'))), 'SIGTERM');
      expect(await bench.outcome(handle)).toMatchObject({ class: 'infrastructure', reason: 'terminated' });
    }
  });

  it('killed, it is lost once nothing of the attempt is alive, and running until then', async () => {
    await using bench = await processBench();
    const handle = await bench.started({ deed: { does: 'wait' } });
    await bench.printed(handle, 'waiting');
    process.kill(await supervisorOf(bench.note(handle, 'claim')), 'SIGKILL');
    const waiting = bench.outcome(handle);
    expect(await bench.executor.inspect(handle, bench.signal)).toEqual({ state: 'running' });
    await killCarriers(String(handle.key));
    expect(await waiting).toMatchObject({ class: 'lost', phase: 'command' });
  });

  it('killed, what it left is still stopped', async () => {
    await using bench = await processBench();
    const handle = await bench.started({ deed: { does: 'spawn' } });
    await bench.printed(handle, 'waiting');
    process.kill(await supervisorOf(bench.note(handle, 'claim')), 'SIGKILL');
    await bench.executor.stop(handle, { graceMs: 50, signal: bench.signal });
    expect(await carriers(String(handle.key))).toEqual([]);
  });

  it('that cannot run its shell is a failed start, not a retry without end', async () => {
    await using bench = await processBench();
    const launch = { ...commandLaunch('echo ran'), env: { PATH: '/nowhere' } };
    const handle = await bench.started({ ...launch, script: { ...launch.script, shell: 'bash' } });
    expect(await bench.outcome(handle)).toMatchObject({ class: 'start-failed', reason: 'shell-missing' });
  });
});

describe('what cannot be ours is not touched', () => {
  const startOf = async (pid: number): Promise<string> =>
    (await procText(pid, 'stat')).replace(/^.*\) /s, '').split(' ')[19] ?? '';

  // Claims of a process that is alive, but not the one that claimed.
  const cases: [string, (machine: { boot: string; namespace: string }, pid: number) => Promise<string[]>][] = [
    ['another start time', async ({ boot, namespace }, pid) => [boot, namespace, String(pid), '1']],
    ['another boot', async ({ namespace }, pid) => ['b'.repeat(36), namespace, String(pid), await startOf(pid)]],
    ['another pid namespace', async ({ boot }, pid) => [boot, 'pid:[1]', String(pid), await startOf(pid)]],
  ];
  it.each(cases)('a claim of %s: it is lost, and the process that has its pid lives on', async (_, claimOf) => {
    await using bench = await processBench();
    await using other = await bystander();
    const handle = await bench.executor.prepare(scriptLaunch({ deed: { does: 'wait' } }), bench.signal);
    const claim = ['run', ...(await claimOf(await thisMachine(), other.pid)), 'end', ''];
    await writeFile(bench.note(handle, 'claim'), claim.join('\n'));
    expect(await bench.outcome(handle)).toMatchObject({ class: 'lost' });
    await bench.executor.stop(handle, { graceMs: 0, signal: bench.signal });
    await bench.executor.remove(handle, bench.signal);
    expect(await other.untouched()).toBe(true);
  });

  it('a claim that was torn by a crash is lost, and is not run again', async () => {
    await using bench = await processBench();
    const launch = scriptLaunch({ deed: { does: 'print', text: 'ran' } });
    const handle = await bench.executor.prepare(launch, bench.signal);
    await writeFile(bench.note(handle, 'claim'), '');
    await bench.executor.start(handle, { launch, signal: bench.signal });
    expect(await bench.outcome(handle)).toMatchObject({ class: 'lost' });
    expect(await bench.output(handle)).toBe('');
  });

  it('another attempt that a job started through a host of its own is not stopped with it', async () => {
    await using bench = await processBench();
    const inner = 'f'.repeat(32);
    const handle = await bench.started(commandLaunch(`RUNYARD_ATTEMPT=${inner}.1 sleep 1000 & echo waiting; wait`));
    await bench.printed(handle, 'waiting');
    await until(async () => (await carriers(`${inner}.1`)).length === 1, 'the inner attempt');
    await bench.executor.stop(handle, { graceMs: 1_000, signal: bench.signal });
    const left = await carriers(`${inner}.1`);
    expect(left).toHaveLength(1);
    process.kill(left[0] ?? 0, 'SIGKILL');
  });
});

describe('the tree', () => {
  it('takes in what has neither marker nor session, but a parent in it', async () => {
    await using bench = await processBench();
    const mark = `escaped-${process.pid}`;
    const handle = await bench.started(
      commandLaunch(
        `setsid env -i sh -c 'trap "" TERM; : ${mark}; while :; do sleep 1; done' & echo waiting; trap '' TERM; wait; wait`,
      ),
    );
    await bench.printed(handle, 'waiting');
    await bench.executor.stop(handle, { graceMs: 50, signal: bench.signal });
    expect(await runningWith(mark)).toEqual([]);
  });

  it('is stopped also where it forks faster than it is killed', async () => {
    await using bench = await processBench();
    const launch = commandLaunch(
      `trap '' TERM; echo waiting; n=0; while [ $n -lt 40 ]; do (trap '' TERM; while :; do sleep 0.01; done) & n=$((n+1)); done; wait`,
    );
    const handle = await bench.started(launch);
    await bench.printed(handle, 'waiting');
    await bench.executor.stop(handle, { graceMs: 50, signal: bench.signal });
    expect(await carriers(launch.key)).toEqual([]);
  });
});

async function runningWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc'))
    if (/^\d+$/.test(pid) && (await procText(pid, 'cmdline')).includes(text)) found.push(pid);
  return found.filter((pid) => Number(pid) !== process.pid);
}

describe('gone and unreachable', () => {
  it('where the data directory does not say that it is ours, nothing is said to be gone', async () => {
    await using bench = await processBench();
    const launch = scriptLaunch({ deed: { does: 'print', text: 'x' } });
    const handle = await bench.executor.prepare(launch, bench.signal);
    await rm(join(bench.host.dataDir, 'attempts'), { recursive: true });
    const unavailable = expect.objectContaining({ code: 'executor-unavailable' });
    await expect(bench.executor.inspect(handle, bench.signal)).rejects.toEqual(unavailable);
    await expect(bench.outcome(handle)).rejects.toEqual(unavailable);
    await expect(bench.executor.start(handle, { launch, signal: bench.signal })).rejects.toEqual(unavailable);
    await expect(bench.executor.remove(handle, bench.signal)).rejects.toEqual(unavailable);
    await bench.executor.place(bench.signal);
    expect(await bench.executor.inspect(handle, bench.signal)).toEqual({ state: 'missing' });
  });

  it('a half-made preparation is listed as prepared, cannot be started, and can be removed', async () => {
    await using bench = await processBench();
    const launch = scriptLaunch({ deed: { does: 'print', text: 'ran' } });
    const handle = await bench.executor.prepare(launch, bench.signal);
    await rm(bench.note(handle, 'ready'));
    const listed = [];
    for await (const one of bench.executor.list?.(launch.installation, bench.signal) ?? []) listed.push(one);
    expect(listed).toMatchObject([{ key: launch.key, state: 'prepared', handle }]);
    await expect(bench.executor.start(handle, { launch, signal: bench.signal })).rejects.toBeInstanceOf(AttemptMissing);
    await bench.executor.remove(handle, bench.signal);
    expect(await bench.executor.inspect(handle, bench.signal)).toEqual({ state: 'missing' });
  });

  it('a disk on which a source does not fit is infrastructure, with a sentence', async () => {
    await using bench = await processBench();
    const checkout = () => writeFile('/dev/full', 'x');
    const launch = scriptLaunch({ deed: { does: 'wait' }, sources: [checkedOut({ checkout })] });
    const failed = await bench.executor.prepare(launch, bench.signal).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(AttemptFailed);
    expect((failed as AttemptFailed).outcome).toMatchObject({
      class: 'infrastructure',
      sentence: expect.stringContaining('full'),
    });
  });
});

import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { docker } from './support/docker-command.ts';
import { until } from './support/until.ts';
import { useWorkbench, type Workbench } from './support/workbench.ts';

const secrets = [{ type: 'environment_variable' as const, location: 'TOKEN', value: 'x' }];
const state = '/runyard/state';

describe.skipIf(!dockerRuns)('on an engine,', () => {
  const engine = useDocker();
  const bench = useWorkbench(engine);
  const forever = 'trap "" TERM; echo ready; while :; do sleep 1; done';
  const ready = async ({ start, launch, output }: Workbench, sh: string, more: object = {}) => {
    const handle = await start(launch({ sh, ...more }));
    await until(async () => (await output(handle)).toString().includes('ready'), 'it to run');
    return handle;
  };
  const status = async (id: unknown) => docker(engine(), 'inspect', '-f', '{{.State.Status}}', String(id));

  it('a job that fills the folder of its notes does no harm to the host, and its outcome is right', async () => {
    const { run } = bench();
    const large = `truncate -s 600M ${state}/a; mkdir -p ${state}/x/claim ${state}/x/stop; exit 3`;
    expect((await run({ sh: large })).outcome).toMatchObject({ class: 'exited', code: 3, phase: 'command' });
    const phase = `truncate -s 600M ${state}/phase; exit 3`;
    expect((await run({ sh: phase })).outcome).toMatchObject({ class: 'start-failed' });
    const exit = `truncate -s 600M ${state}/exit; exit 3`;
    expect((await run({ sh: exit })).outcome).toMatchObject({ class: 'infrastructure' });
  });

  it('a job that writes what it likes where its phase is noted has no more of it in its outcome than a sentence', async () => {
    const { run } = bench();
    const sentence = await run({ sh: `{ echo command; printf %9000d 7; } >${state}/phase; exit 3` });
    expect(JSON.stringify(sentence.outcome).length).toBeLessThan(2_500);
    const name = await run({ sh: `printf %9000d 7 >${state}/phase; exit 3` });
    expect(name.outcome).toMatchObject({ class: 'exited', code: 3, phase: 'command' });
    expect(JSON.stringify(name.outcome).length).toBeLessThan(200);
  });

  it.each([
    { what: 'removed', how: `rm -rf ${state}` },
    { what: 'made a file', how: `rm -rf ${state}; : >${state}` },
    { what: 'made a symlink to itself', how: `rm -rf ${state}; ln -s state ${state}` },
    { what: 'made a symlink to the root', how: `rm -rf ${state}; ln -s / ${state}` },
    {
      what: 'filled with folders',
      how: `cd ${state}; rm -f *; for n in claim exit done stop phase; do mkdir -p $n/x; done`,
    },
  ])('a job that has its notes $what can be stopped, and its run ends', async ({ how }) => {
    const made = bench();
    const { executor, signal, outcome } = made;
    const handles = [await ready(made, `${how}; ${forever}`), await ready(made, `${how}; ${forever}`, { secrets })];
    for (const handle of handles) {
      expect(await executor.inspect(handle, signal)).toEqual({ state: 'running' });
      await executor.stop(handle, { graceMs: 100, signal });
      expect(await status(handle.id)).toBe('exited');
      expect((await outcome(handle)).class).toBeDefined();
    }
  });

  it('a job that has a symlink among its notes that leads further than a header can tell ends as it ended', async () => {
    const { run } = bench();
    const far = `a=$(printf '<%.0s' $(seq 200)); ln -s "$a/$a/$a/$a/$a/$a/$a/$a/$a/$a/$a/$a/$a/$a/$a/$a/$a/$a/$a" ${state}/done`;
    expect((await run({ sh: far })).outcome).toMatchObject({ class: 'exited', code: 0 });
  });

  it('a job that takes its claim away is stopped as any other, and its log is kept', async () => {
    const made = bench();
    const { executor, signal, output } = made;
    const handle = await ready(made, `rm ${state}/claim; ${forever}`, { secrets });
    expect(await executor.inspect(handle, signal)).toEqual({ state: 'running' });
    await executor.stop(handle, { graceMs: 100, signal });
    expect(await status(handle.id)).toBe('exited');
    expect((await output(handle)).toString()).toContain('ready');
  });

  it('a job that takes its claim away and exits as one without secrets does has ended all the same', async () => {
    const { run } = bench();
    for (const more of [{}, { secrets }])
      expect((await run({ sh: `rm ${state}/claim; exit 124`, ...more })).outcome).toMatchObject({
        class: 'infrastructure',
      });
  });

  it('an attempt whose secrets never came whole and that was stopped runs nothing when somebody starts it late', async () => {
    const { launch, executor, signal } = bench();
    const job = launch({ sh: 'echo ran', secrets });
    const handle = await executor.prepare(job, signal);
    await docker(engine(), 'start', '-i', String(handle.id)).catch(() => {}); // its exit code is the container's
    await executor.stop(handle, { graceMs: 100, signal });
    await expect(executor.start(handle, { launch: job, signal })).rejects.toThrow('not there any more');
    expect(await docker(engine(), 'ps', '-aq')).toBe('');
  });

  it('a job has all its variables, whatever they are called', async () => {
    const env = { state: 'a', status: 'b', told: 'c', interrupted: 'd', signalled: 'e', IFS: 'f' };
    const { output } = await bench().run({ sh: 'echo $state $status $told $interrupted $signalled', env });
    expect(output).toBe('a b c d e\n');
  });

  it.each([
    // As on any machine: who signals his own group is in it.
    { how: 'trap "kill 0" EXIT; exit 0', outcome: { class: 'signalled', signal: 'SIGTERM' } },
    { how: 'sleep 1000 & trap "" TERM; kill 0; wait; exit 4', outcome: { class: 'exited', code: 4 } },
    { how: 'kill -INT 0; kill -TERM 1; exit 5', outcome: { class: 'exited', code: 5 } },
    { how: 'kill -KILL 1; kill -USR1 $PPID; exit 6', outcome: { class: 'exited', code: 6 } },
    { how: 'kill -9 -1; sleep 1000', outcome: { class: 'signalled', signal: 'SIGKILL' } },
    { how: 'trap : TERM; kill -TERM -1; exit 0', outcome: { class: 'exited', code: 0 } },
  ])('a job that runs `$how` ends by its own doing, not by the engine’s', async ({ how, outcome }) => {
    const { run } = bench();
    expect((await run({ sh: how })).outcome).toMatchObject(outcome);
  });
});

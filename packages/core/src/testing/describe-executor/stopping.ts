import { isAttemptMissing } from '../../domain/run/launch-errors.ts';
import type { Bench, Rules } from './bench.ts';
import { must } from './must.ts';

export const stopRules: Rules = {
  async 'what is told to end gets its grace'({ executor, started, launch, printed, outcome, output, signal, expect }) {
    const handle = await started(launch({ deed: { does: 'leave' } }));
    await printed(handle, 'waiting');
    await executor.stop(handle, { graceMs: longGraceMs, signal });
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 5 });
    expect(await output(handle)).toEqual('waiting\nleaving\n');
  },

  async 'what ends at TERM does not wait out the grace'({ executor, started, launch, printed, state, signal, expect }) {
    const handle = await started(launch({ deed: { does: 'wait' } }));
    await printed(handle, 'waiting');
    const begun = performance.now();
    await executor.stop(handle, { graceMs: longGraceMs, signal });
    expect(performance.now() - begun < longGraceMs / 2).toEqual(true);
    expect(await state(handle)).toEqual('finished');
  },

  async 'what goes on after TERM is killed after the grace'({
    executor,
    started,
    launch,
    printed,
    state,
    signal,
    expect,
  }) {
    const handle = await started(launch({ deed: { does: 'persist' } }));
    await printed(handle, 'waiting');
    await executor.stop(handle, { graceMs: 100, signal });
    expect(await state(handle)).toEqual('finished');
  },

  async 'stopping ends the whole tree, also what went into a session of its own'(bench) {
    const { executor, started, launch, printed, signal, expect } = bench;
    const job = launch({ deed: { does: 'spawn' } });
    const handle = await started(job);
    await printed(handle, 'waiting');
    expect((await alive(bench, job.key)) > 2).toEqual(true);
    await executor.stop(handle, { graceMs: 100, signal });
    expect(await alive(bench, job.key)).toEqual(0);
  },

  async 'removing leaves nothing, also of what the command left running when it ended'(bench) {
    const { executor, started, launch, outcome, listed, signal, expect } = bench;
    const job = launch({ deed: { does: 'abandon' } });
    const handle = await started(job);
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 0 });
    await executor.remove(handle, signal);
    expect(await alive(bench, job.key)).toEqual(0);
    expect(await listed(job.installation)).toEqual([]);
  },

  async 'removing what still runs ends it first'(bench) {
    const { executor, started, launch, printed, state, signal, expect } = bench;
    const job = launch({ deed: { does: 'persist' } });
    const handle = await started(job);
    await printed(handle, 'waiting');
    await executor.remove(handle, signal);
    expect([await state(handle), await alive(bench, job.key)]).toEqual(['missing', 0]);
  },

  async 'stopping and removing succeed when it has ended, and when it is gone'({
    executor,
    started,
    launch,
    outcome,
    signal,
    expect,
  }) {
    const handle = await started(launch({ deed: { does: 'print', text: 'x', code: 2 } }));
    await outcome(handle);
    await executor.stop(handle, { graceMs: longGraceMs, signal });
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 2 });
    for (let i = 0; i < 2; i++) {
      await executor.remove(handle, signal);
      await executor.stop(handle, { graceMs: longGraceMs, signal });
    }
  },

  async 'what is stopped before it was started never runs'({
    executor,
    prepared,
    launch,
    refusal,
    output,
    state,
    signal,
    expect,
  }) {
    const job = launch({ deed: { does: 'print', text: 'ran' } });
    const handle = await prepared(job);
    await executor.stop(handle, { graceMs: longGraceMs, signal });
    const refused = await refusal(() => executor.start(handle, { launch: job, signal }));
    expect(isAttemptMissing(refused)).toEqual(true);
    expect([(await state(handle)) === 'running', await output(handle)]).toEqual([false, '']);
  },

  async 'aborting a stop ends only the call'(bench) {
    const { executor, started, launch, printed, refusal, state, expect } = bench;
    const handle = await started(launch({ deed: { does: 'persist' } }));
    await printed(handle, 'waiting');
    const reason = new Error('enough');
    const abort = new AbortController();
    const refused = refusal(() => executor.stop(handle, { graceMs: longGraceMs, signal: abort.signal }));
    abort.abort(reason);
    const seen = await refused;
    must(seen === reason, `\`stop\` that is aborted rejects with \`signal.reason\`, as it is; it gave ${seen}.`);
    expect(await state(handle)).toEqual('running');
  },

  async 'stopping many times at once is one stop'({ executor, started, launch, printed, outcome, signal, expect }) {
    const handle = await started(launch({ deed: { does: 'leave' } }));
    await printed(handle, 'waiting');
    await Promise.all(Array.from({ length: 4 }, () => executor.stop(handle, { graceMs: longGraceMs, signal })));
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 5 });
  },
};

const longGraceMs = 15_000;

const alive = ({ alive: count }: Bench, key: string): Promise<number> => {
  if (!count) throw new Error('describeExecutor: this rule needs `alive`; else name it in `skip`.');
  return count(key);
};

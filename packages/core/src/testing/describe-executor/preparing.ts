import { ExecutorConflict, ExecutorUnavailable } from '../../domain/errors.ts';
import {
  infrastructureFailed,
  isAttemptFailed,
  isAttemptMissing,
  startFailed,
} from '../../domain/run/launch-errors.ts';
import type { Handle } from '../../domain/run/run.ts';
import type { Rules } from './bench.ts';
import { must } from './must.ts';
import { gate } from './sources.ts';

export const prepareRules: Rules = {
  async 'what is prepared is inert'({ prepared, launch, state, output, expect }) {
    const handle = await prepared(launch({ deed: { does: 'print', text: 'ran' } }));
    expect(await state(handle)).toEqual('prepared');
    expect(await output(handle)).toEqual('');
  },

  async 'a handle is plain JSON with a version and the place'({ executor, prepared, launch, state, signal, expect }) {
    const handle = await prepared(launch({ deed: { does: 'print', text: 'ran' } }));
    const copy = JSON.parse(JSON.stringify(handle)) as typeof handle;
    expect(copy).toEqual(handle);
    expect(handle.place).toEqual(await executor.place(signal));
    expect(typeof handle.v).toEqual('number');
    expect(await state(copy)).toEqual('prepared');
  },

  async 'preparing an inert attempt again gives one that can be started, and only that'(bench) {
    const { executor, prepared, launch, refusal, outcome, output, signal, expect } = bench;
    const job = launch({ deed: { does: 'print', text: 'once' } });
    const first = await prepared(job);
    const second = await prepared(job);
    if (JSON.stringify(first) !== JSON.stringify(second))
      expect(isAttemptMissing(await refusal(() => executor.start(first, { launch: job, signal })))).toEqual(true);
    await executor.start(second, { launch: job, signal });
    await outcome(second);
    expect(await output(second)).toEqual('once');
  },

  async 'preparing a running attempt again gives its handle and touches nothing'(bench) {
    const { prepared, started, launch, printed, state, output, expect } = bench;
    const job = launch({ deed: { does: 'wait' } });
    const handle = await started(job);
    await printed(handle, 'waiting');
    expect(await prepared(job)).toEqual(handle);
    expect(await state(handle)).toEqual('running');
    expect(await output(handle)).toEqual('waiting\n');
  },

  async 'preparing an ended attempt again gives its handle and touches nothing'(bench) {
    const { prepared, started, launch, outcome, output, expect } = bench;
    const job = launch({ deed: { does: 'print', text: 'once', code: 4 } });
    const handle = await started(job);
    await outcome(handle);
    expect(await prepared(job)).toEqual(handle);
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 4 });
    expect(await output(handle)).toEqual('once');
  },

  async 'prepared many times at once, it can be started, and runs once'(bench) {
    const { executor, launch, prepared, refusal, outcome, listed, signal, expect } = bench;
    const job = launch({ deed: { does: 'print', text: 'once' } });
    await Promise.allSettled(Array.from({ length: 4 }, () => prepared(job)));
    const found = (await listed(job.installation)).map((one) => one.handle);
    const last = await prepared(job);
    const start = (handle: Handle): Promise<unknown> => refusal(() => executor.start(handle, { launch: job, signal }));
    const [own, ...refused] = await Promise.all([last, ...found].map(start));
    expect(own).toEqual('it was not refused');
    for (const one of refused) expect(one === 'it was not refused' || isAttemptMissing(one)).toEqual(true);
    await outcome(last);
    expect((await listed(job.installation)).filter((one) => one.state !== 'prepared').length).toEqual(1);
  },

  async 'something of the same name that is not ours is a conflict and is not touched'(bench) {
    const { launch, occupy, prepared, refusal, expect } = bench;
    if (!occupy) throw new Error('describeExecutor: this rule needs `occupy`; else name it in `skip`.');
    const job = launch({ deed: { does: 'print', text: 'ran' } });
    const other = await occupy(job);
    const seen = await refusal(() => prepared(job));
    must(seen instanceof ExecutorConflict, `\`prepare\` rejects with ExecutorConflict there; it gave ${seen}.`);
    expect(await other.untouched()).toEqual(true);
  },

  async 'sources are checked out where they say before anything runs'(bench) {
    const { started, launch, source, outcome, output, expect } = bench;
    const sources = [await source({ path: 'deep/er', file: 'inner' }), await source({ path: '.', file: 'outer' })];
    const inner = await started(launch({ deed: { does: 'read', path: 'deep/er/file' }, sources }));
    expect(await outcome(inner)).toMatchObject({ class: 'exited', code: 0 });
    expect(await output(inner)).toEqual('inner');
    const outer = await started(launch({ deed: { does: 'read', path: 'file' }, sources }));
    await outcome(outer);
    expect(await output(outer)).toEqual('outer');
  },

  async 'a source that fails ends the preparation as it says, and leaves nothing'(bench) {
    const { launch, source, prepared, refusal, listed, expect } = bench;
    const faults = [
      startFailed('ref-not-found', 'The repository has no such ref.'),
      infrastructureFailed('source-unreachable', 'The repository did not answer.'),
    ];
    for (const fault of faults) {
      const sources = [await source({ path: '.', file: 'x', before: () => Promise.reject(fault) })];
      const job = launch({ deed: { does: 'print', text: 'ran' }, sources });
      const refused = await refusal(() => prepared(job));
      expect(isAttemptFailed(refused) && refused.outcome).toMatchObject(fault.outcome);
      expect(await listed(job.installation)).toEqual([]);
    }
  },

  async 'aborting a preparation ends it, and nothing has run'(bench) {
    const { executor, launch, source, listed, refusal, expect } = bench;
    const abort = new AbortController();
    const before = (signal: AbortSignal): Promise<void> =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        abort.abort(new Error('enough'));
      });
    const job = launch({
      deed: { does: 'print', text: 'ran' },
      sources: [await source({ path: '.', file: 'x', before })],
    });
    await refusal(() => executor.prepare(job, abort.signal));
    for (const { state } of await listed(job.installation)) expect(state).toEqual('prepared');
  },

  async 'a late preparer does not disturb the newer preparation, and starts nothing'(bench) {
    const { executor, launch, source, prepared, outcome, output, refusal, signal, expect } = bench;
    const [reached, opened] = [gate(), gate()];
    const late = launch({ deed: { does: 'read', path: 'file' } });
    const before = async (): Promise<void> => {
      reached.open();
      await opened.passed;
    };
    const slow = prepared({ ...late, sources: [await source({ path: '.', file: 'late', before })] });
    slow.catch(() => {});
    await reached.passed;
    const newer = { ...late, sources: [await source({ path: '.', file: 'newer' })] };
    const handle = await prepared(newer);
    await executor.start(handle, { launch: newer, signal });
    await outcome(handle);
    opened.open();
    const own = await slow.catch(() => null);
    const isDead = async (one: Handle): Promise<boolean> =>
      isAttemptMissing(await refusal(() => executor.start(one, { launch: late, signal })));
    must(
      own === null || JSON.stringify(own) === JSON.stringify(handle) || (await isDead(own)),
      '`prepare` that was overtaken by a newer one rejects with ExecutorUnavailable, or gives the handle of the newer one; it gave one that can be started.',
    );
    expect(await output(handle)).toEqual('newer');
  },

  async 'a handle of another place cannot be asked about, which is not the same as gone'(bench) {
    const { executor, started, launch, refusal, signal } = bench;
    const job = launch({ deed: { does: 'print', text: 'ran' } });
    const handle = { ...(await started(job)), place: 'elsewhere' };
    const calls = {
      inspect: () => executor.inspect(handle, signal),
      start: () => executor.start(handle, { launch: job, signal }),
      wait: () => executor.wait(handle, { signal, onProgress: () => {} }),
      stop: () => executor.stop(handle, { graceMs: 0, signal }),
      remove: () => executor.remove(handle, signal),
    };
    for (const [verb, call] of Object.entries(calls)) {
      const seen = await refusal(call);
      must(
        seen instanceof ExecutorUnavailable,
        `\`${verb}\` of a handle whose \`place\` is another rejects with ExecutorUnavailable; it gave ${seen}.`,
      );
    }
  },
};

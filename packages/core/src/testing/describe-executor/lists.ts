import type { Rules } from './bench.ts';

export const listRules: Rules = {
  async 'every attempt of the installation is listed with its state and handle'(bench) {
    const { prepared, started, launch, printed, outcome, listed, state, expect } = bench;
    const inert = launch({ deed: { does: 'print', text: 'x' } });
    const running = launch({ deed: { does: 'wait' } });
    const ended = launch({ deed: { does: 'print', text: 'x' } });
    const handles = {
      [inert.key]: await prepared(inert),
      [running.key]: await started(running),
      [ended.key]: await started(ended),
    };
    await printed(handles[running.key] ?? bad(), 'waiting');
    await outcome(handles[ended.key] ?? bad());
    const all = await listed(inert.installation);
    const states = Object.fromEntries(all.map((one) => [one.key, one.state]));
    expect(states).toEqual({ [inert.key]: 'prepared', [running.key]: 'running', [ended.key]: 'finished' });
    for (const { handle, state: said, createdAt } of all) {
      expect(await state(handle)).toEqual(said);
      expect(createdAt > Date.now() - 600_000 && createdAt < Date.now() + 600_000).toEqual(true);
    }
  },

  async 'the list tells the GPUs that an attempt was made with'({ gpus, prepared, launch, listed, expect }) {
    if (gpus === undefined) return;
    const holding = launch({ deed: { does: 'wait' }, gpus });
    const without = launch({ deed: { does: 'wait' } });
    await prepared(holding);
    await prepared(without);
    const all = await listed(holding.installation);
    const told = Object.fromEntries(all.map((one) => [one.key, (one.gpus ?? []).toSorted()]));
    expect(told).toEqual({ [holding.key]: gpus.toSorted(), [without.key]: [] });
  },

  async 'attempts of another installation are not listed'({ prepared, launch, listed, expect }) {
    const other = '2'.repeat(32);
    const job = launch({ deed: { does: 'print', text: 'x' }, installation: other });
    await prepared(job);
    expect(await listed(launch({ deed: { does: 'wait' } }).installation)).toEqual([]);
    expect((await listed(other)).map(({ key }) => key)).toEqual([job.key]);
  },

  async 'what was removed is not listed'({ executor, prepared, launch, listed, signal, expect }) {
    const job = launch({ deed: { does: 'print', text: 'x' } });
    await executor.remove(await prepared(job), signal);
    expect(await listed(job.installation)).toEqual([]);
  },
};

const bad = (): never => {
  throw new Error('no handle');
};

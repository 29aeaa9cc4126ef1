import type { Rules } from './bench.ts';

export const outcomeRules: Rules = {
  async 'an exit code is told as it is'({ started, launch, outcome, expect }) {
    for (const code of [0, 1, 77, 143, 255]) {
      const handle = await started(launch({ deed: { does: 'print', text: 'x', code } }));
      expect(await outcome(handle)).toMatchObject({ class: 'exited', code });
    }
  },

  async 'a death by signal is told with its name'({ started, launch, outcome, expect }) {
    for (const signal of ['KILL', 'TERM', 'SEGV'] as const) {
      const handle = await started(launch({ deed: { does: 'die', signal } }));
      expect(await outcome(handle)).toMatchObject({ class: 'signalled', signal: `SIG${signal}` });
    }
  },

  async 'a failing start script is named as the phase'({ started, launch, outcome, output, expect }) {
    const handle = await started(launch({ deed: { does: 'print', text: 'ran' }, startScript: 'exit 9' }));
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 9, phase: 'start-script' });
    expect(await output(handle)).toEqual('');
  },

  async 'a working directory that is not there could never run as asked'({ started, launch, outcome, expect }) {
    const handle = await started(launch({ deed: { does: 'print', text: 'ran' }, workingDir: 'nowhere' }));
    const seen = await outcome(handle);
    expect(seen).toMatchObject({ class: 'start-failed', reason: 'working-dir-missing', phase: 'working-dir' });
    expect(seen.sentence?.includes("'nowhere'")).toEqual(true);
  },

  async 'what the start script exports, the command sees'({ started, launch, outcome, output, expect }) {
    const handle = await started(launch({ deed: { does: 'environment' }, startScript: 'export FROM_START=1' }));
    await outcome(handle);
    expect((await output(handle)).includes('FROM_START=1')).toEqual(true);
  },
};

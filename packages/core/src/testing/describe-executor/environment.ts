import type { Rules } from './bench.ts';

const hostile = 'a \'b\' "c" $HOME `id` \\ ü *';

export const environmentRules: Rules = {
  async 'variables arrive exactly as they were given'({ started, launch, outcome, output, expect }) {
    const handle = await started(
      launch({ deed: { does: 'environment' }, env: { ODD: hostile, EMPTY: '', ODD2: 'x=y' } }),
    );
    await outcome(handle);
    const lines = (await output(handle)).split('\n');
    for (const line of [`ODD=${hostile}`, 'EMPTY=', 'ODD2=x=y']) expect(lines.includes(line)).toEqual(true);
  },

  async 'nothing of the environment of the host arrives that was not asked for'({
    started,
    launch,
    outcome,
    output,
    expect,
  }) {
    process.env.HOST_ONLY_SECRET = 'hunter2';
    try {
      const handle = await started(launch({ deed: { does: 'environment' } }));
      await outcome(handle);
      expect(/HOST_ONLY_SECRET|hunter2/.test(await output(handle))).toEqual(false);
    } finally {
      delete process.env.HOST_ONLY_SECRET;
    }
  },

  async 'secrets arrive as variables and as files, and are not in the handle'({
    started,
    launch,
    outcome,
    output,
    expect,
  }) {
    const secrets = [
      { type: 'environment_variable' as const, location: 'TOKEN', value: `s3cret ${hostile}` },
      { type: 'file' as const, location: 'keys/token', value: `s3cret file ${hostile}\n` },
    ];
    const variable = await started(launch({ deed: { does: 'environment' }, secrets }));
    const file = await started(launch({ deed: { does: 'read', path: 'keys/token' }, secrets }));
    await Promise.all([outcome(variable), outcome(file)]);
    expect((await output(variable)).split('\n').includes(`TOKEN=s3cret ${hostile}`)).toEqual(true);
    expect(await output(file)).toEqual(`s3cret file ${hostile}\n`);
    expect(JSON.stringify([variable, file]).includes('s3cret')).toEqual(false);
  },
};

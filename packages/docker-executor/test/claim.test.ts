import Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { voidClaim } from '../src/claim.ts';
import { createEngine } from '../src/engine/engine.ts';
import { docker } from './support/docker-command.ts';
import { useWorkbench } from './support/workbench.ts';

describe.skipIf(!dockerRuns)('a claim', () => {
  const engine = useDocker();
  const bench = useWorkbench(engine);
  const asked = () => createEngine(new Docker({ socketPath: engine().socket }));

  it('that is void lets nothing run, whoever starts the container', async () => {
    const { launch, executor, signal, output } = bench();
    const handle = await executor.prepare(launch({ sh: 'echo ran' }), signal);
    expect(await voidClaim(asked(), String(handle.id), signal)).toBe(true);
    expect(await voidClaim(asked(), String(handle.id), signal)).toBe(true);
    await docker(engine(), 'start', '-a', String(handle.id)).catch(() => {}); // its exit code is the container's
    expect((await output(handle)).toString()).toBe('');
    expect(await executor.inspect(handle, signal)).toMatchObject({
      state: 'finished',
      outcome: { class: 'infrastructure', reason: 'stopped-before-start' },
    });
  });

  it('that was made by who runs it cannot be made void, and is left as it is', async () => {
    const { run, outcome, signal } = bench();
    const { handle } = await run({ sh: 'exit 6' });
    expect(await voidClaim(asked(), String(handle.id), signal)).toBe(false);
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 6 });
  });

  it('that is void stays so when the container is filled afterwards', async () => {
    const { launch, executor, signal, output } = bench();
    const handle = await executor.prepare(launch({ sh: 'echo ran' }), signal);
    const { fillVolume } = await import('../src/prepare/fill-volume.ts');
    await voidClaim(asked(), String(handle.id), signal);
    const parts = { launch: launch({ sh: 'echo ran' }), checkout: null, user: { uid: 0, gid: 0 } };
    await fillVolume({ engine: asked(), id: String(handle.id), ...parts, signal });
    await docker(engine(), 'start', '-a', String(handle.id)).catch(() => {}); // its exit code is the container's
    expect((await output(handle)).toString()).toBe('');
  });
});

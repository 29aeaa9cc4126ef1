import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processExecutor } from '../src/adapters/process-executor/process-executor.ts';
import { newest } from '../src/adapters/sqlite-store/migrations/all-migrations.ts';
import { systemClock } from '../src/adapters/system-clock/system-clock.ts';
import { createRunyard } from '../src/create-runyard.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Executor } from '../src/ports/executor.ts';
import type { Host } from '../src/ports/host.ts';
import { commandLaunch, removeAll } from './support/process-attempts.ts';
import { expand, inStore, recorded, recordedHost, versionIn } from './support/recorded-store.ts';

const { signal } = new AbortController();
const stores: [string, (host: Host) => void, number][] = [
  ['as version 1 left it', () => {}, newest],
  ['that the next minor version has expanded', expand, newest + 1],
];

describe.each(stores)('a store %s', (_name, prepare, version) => {
  it('has everything that it remembered', async () => {
    await using host = await recordedHost();
    prepare(host);
    await using runyard = await createRunyard({ dataDir: host.dataDir, clock: clockAt(recorded.at), autoStart: false });

    const jobs = (await runyard.jobs.list({ limit: 100 })).items;
    expect(jobs.map(({ spec }) => spec.name)).toEqual([
      'good',
      'bad',
      'retries',
      'long',
      'behind',
      'every-minute',
      'paused',
      'gone-by-cancel',
    ]);
    expect(jobs.find(({ spec }) => spec.name === 'good')).toMatchObject({
      revision: 2,
      spec: { description: 'edited', tags: { team: 'a' }, env: { COLOUR: 'blue' } },
    });
    expect(jobs.find(({ spec }) => spec.name === 'paused')).toMatchObject({ pause: { by: 'system' } });
    const runs = (await runyard.runs.list({ limit: 100 })).items;
    expect(runs.map(({ state, reason }) => `${state} ${reason}`).sort()).toEqual([
      'cancelled cancelled-by-user',
      'failed exit-code',
      'queued null',
      'running null',
      ...Array(5).fill('succeeded completed'),
    ]);
    const ledger = await Promise.all(
      jobs.map(({ id }) => runyard.jobs.occurrences(id, { from: recorded.at - 3_600_000, to: recorded.at })),
    );
    expect(ledger.flatMap((rows) => rows.map(({ reason, count }) => `${reason} ${count}`)).sort()).toEqual([
      'missed-skipped 1',
      'null 1',
      'null 1',
      'null 1',
      'paused 4',
    ]);
    await runyard.close();
    expect(versionIn(host)).toEqual({
      installation: recorded.installation,
      version: String(version),
      works_since: '1',
    });
  });

  it('has its running run adopted, and its schedule goes on', async () => {
    await using host = await recordedHost();
    const { handle, end } = await running(host);
    inStore(host, (db) =>
      db.exec(`UPDATE attempts SET handle = replace(handle, '${recorded.running.handle}', '${handle}')`),
    );
    prepare(host);
    {
      await using runyard = await createRunyard({ dataDir: host.dataDir, clock: clockAt(recorded.nextFireAt - 500) });
      const fired = new Promise<unknown>((resolve) => {
        runyard.on('run.succeeded', ({ run }) => run.dueAt === recorded.nextFireAt && resolve(run.reason));
      });
      expect((await runyard.runs.get(recorded.running.id)).state).toBe('running');
      await end();
      expect(await runyard.runs.wait(recorded.running.id)).toMatchObject({ state: 'succeeded', attempt: 1 });
      expect(await fired).toBe('completed');
    }
    await removeAll(host);
  });
});

// The attempt that ran when the store was recorded, made to run again: by its key, in this host's directory.
const running = async (host: Host): Promise<{ handle: string; end(): Promise<void> }> => {
  const executor: Executor = processExecutor()(host);
  const gate = join(host.dataDir, 'gate');
  const launch = commandLaunch(`until [ -e ${gate} ]; do sleep 0.05; done`, {
    key: `${recorded.running.id}.1`,
    installation: recorded.installation,
  });
  await executor.place(signal);
  const handle = await executor.prepare(launch, signal);
  await executor.start(handle, { launch, signal });
  await executor.close?.();
  return { handle: String(handle.id), end: () => writeFile(gate, '') };
};

// The time of the recording, going on from now.
const clockAt = (at: number): Clock => {
  const clock = systemClock();
  const ahead = at - clock.now();
  return { ...clock, now: () => clock.now() + ahead };
};

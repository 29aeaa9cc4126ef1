import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../src/adapters/system-clock/system-clock.ts';
import { createRunyard } from '../src/create-runyard.ts';
import type { Runyard } from '../src/services/runyard.ts';
import { until } from '../src/testing/describe-executor/until.ts';
import { EventRecorder } from '../src/testing/event-recorder/event-recorder.ts';
import { temporaryHost } from './temporary-host.ts';

const day = 86_400_000;
const unknown = `${'e'.repeat(32)}.1`;

/** A data directory that has run one job, and what lies in its folder of attempts. */
const usedDataDir = async () => {
  const host = await temporaryHost();
  const { dataDir } = host;
  const first = await createRunyard({ dataDir });
  const events = new EventRecorder(first);
  const job = await first.jobs.create({ name: 'a', command: 'true' });
  const { id } = await first.jobs.start(job.id);
  await events.waitFor('attempt.disposed');
  events.dispose();
  await first.close();
  const [installation = ''] = (await readdir(join(dataDir, 'attempts'))).filter((name) => name !== 'place');
  const parent = join(dataDir, 'attempts', installation);
  const plant = async (name: string, files: Record<string, string>): Promise<void> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(parent, name, path, '..'), { recursive: true });
      await writeFile(join(parent, name, path), text);
    }
  };
  return {
    dataDir,
    id,
    plant,
    left: () => readdir(parent),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
};

const ended = {
  'state/claim': 'run\nanother-boot\nns\n1\n1\nend\n',
  'state/exit': '0\n0\n0\nend\n',
  'raw.log': 'hello\n',
};

describe('what killed hosts have left in the folder of attempts', () => {
  it('is removed: half-made and half-deleted folders, and those of attempts that are disposed of', async () => {
    await using on = await usedDataDir();
    await on.plant(`${unknown}.0123456789abcdef`, { 'workspace/.git/config': '' });
    await on.plant(`.gone-${unknown}.1123456789abcdef`, { 'workspace/a.txt': '' });
    await on.plant(`${unknown}.2123456789abcdef`, { 'state/ready': '', script: '' });
    await on.plant(`${on.id}.1.3123456789abcdef`, ended);
    await using _ = await sweeping(on.dataDir);
    await until(async () => (await on.left()).length === 0, 'the folders to be gone');
  });

  it('is kept for a day where it has run and nobody knows of it, and then removed', async () => {
    await using on = await usedDataDir();
    const name = `${unknown}.0123456789abcdef`;
    await on.plant(name, ended);
    await on.plant(`${unknown}.1123456789abcdef`, { 'state/ready': '' });
    {
      await using _ = await sweeping(on.dataDir);
      await until(async () => (await on.left()).length === 1, 'the inert one to be gone');
      expect(await on.left()).toEqual([name]);
    }
    await using _ = await sweeping(on.dataDir, 2 * day);
    await until(async () => (await on.left()).length === 0, 'the folder to be gone');
  });
});

const sweeping = (dataDir: string, aheadMs = 0): Promise<Runyard> => {
  const clock = systemClock();
  return createRunyard({
    dataDir,
    clock: { ...clock, now: () => clock.now() + aheadMs },
    timings: { sweepGraceMs: 20 },
  });
};

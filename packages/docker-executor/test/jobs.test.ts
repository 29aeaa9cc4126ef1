import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRunyard, gitSource, type Runyard } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { dockerExecutor } from '../src/index.ts';
import { remains } from './support/docker-command.ts';
import { until } from './support/until.ts';

const exec = promisify(execFile);

const repository = async (dir: string): Promise<string> => {
  await mkdir(dir);
  await writeFile(join(dir, 'greet.sh'), 'echo "hello from $1"\n');
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  await exec('git', ['init', '-q', '-b', 'main', dir]);
  await exec('git', ['-C', dir, 'add', '.']);
  await exec('git', ['-C', dir, ...identity, 'commit', '-q', '-m', 'greet']);
  return `file://${dir}`;
};

const logOf = async (runyard: Runyard, id: string): Promise<string> => {
  let text = '';
  for await (const line of runyard.runs.logs(id)) if (line.stream !== 'phase') text += line.text;
  return text;
};

describe.skipIf(!dockerRuns)('a job in a container', () => {
  const engine = useDocker();

  it('runs code from git, its log is kept, and nothing of it is left on the engine', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'runyard-docker-jobs-'));
    const url = await repository(join(dir, 'repository'));
    const executors = { docker: dockerExecutor({ host: `unix://${engine().socket}`, image: engine().images.tools }) };
    const runyard = await createRunyard({
      dataDir: join(dir, 'data'),
      executors,
      defaultExecutor: 'docker',
      source: gitSource({ allowFileUrls: true }),
    });
    try {
      const job = await runyard.jobs.create({
        name: 'greet',
        command: ['sh', 'greet.sh', 'git'],
        startScript: 'export FROM_START=1',
        sources: [{ url, ref: 'main' }],
      });
      const { id } = await runyard.jobs.start(job.id);
      expect(await runyard.runs.wait(id)).toMatchObject({ state: 'succeeded' });
      expect(await logOf(runyard, id)).toContain('hello from git');
      await until(async () => (await remains(engine())).length === 0, 'the engine to be left as it was');
    } finally {
      await runyard.close();
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('goes on while the host is away; the next one adopts it, with its log whole', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'runyard-docker-jobs-'));
    const open = () =>
      createRunyard({
        dataDir: join(dir, 'data'),
        executors: { docker: dockerExecutor({ host: `unix://${engine().socket}`, image: engine().images.tools }) },
        defaultExecutor: 'docker',
      });
    let runyard = await open();
    try {
      const job = await runyard.jobs.create({ name: 'long', command: 'echo begun; sleep 2; echo done; exit 3' });
      const { id } = await runyard.jobs.start(job.id);
      for await (const { text } of runyard.runs.logs(id, { follow: true })) if (text.startsWith('begun')) break;
      await runyard.close();
      runyard = await open();
      expect(await runyard.runs.wait(id)).toMatchObject({ state: 'failed', reason: 'exit-code' });
      expect(await logOf(runyard, id)).toMatch(/begun\n?done/);
      await until(async () => (await remains(engine())).length === 0, 'the engine to be left as it was');
    } finally {
      await runyard.close();
      await rm(dir, { recursive: true, force: true });
    }
  });
});

// `node main.ts [--image python:3.12-slim] [--data ./.training] [--docker unix:///var/run/docker.sock] [--epochs 60]`
// A job from git trains a model in a container, and its result comes back as a file.
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createRunyard, gitSource } from '@runyard/core';
import { dockerExecutor } from '@runyard/docker-executor';
import { modelRepository } from './repository.ts';

const { values } = parseArgs({
  options: {
    image: { type: 'string', default: 'python:3.12-slim' },
    data: { type: 'string', default: '.training' },
    docker: { type: 'string' },
    epochs: { type: 'string', default: '60' },
  },
});
const dataDir = resolve(values.data);
const results = join(dataDir, 'results');
await mkdir(results, { recursive: true });

await using runyard = await createRunyard({
  dataDir,
  // Only since the example's repository is on this machine.
  source: gitSource({ allowFileUrls: true }),
  executors: {
    docker: dockerExecutor({
      image: values.image,
      ...(values.docker !== undefined && { host: values.docker }),
      // Jobs may mount this folder and no other.
      mounts: [{ source: results, name: 'results', readOnly: false }],
    }),
  },
  defaultExecutor: 'docker',
  sizes: { trainer: { cpu: 1, memory: '256Mi' } },
});

const { url, tag } = await modelRepository(dataDir);
const [applied] = await runyard.jobs.apply({
  name: 'train-moons',
  sources: [{ url, ref: tag, refType: 'tag' }],
  command: ['python3', 'train.py'],
  env: { RESULTS: '/results', EPOCHS: values.epochs },
  executorOptions: { mounts: [{ source: 'results', target: '/results', readOnly: false }] },
});
if (!applied) throw new Error('one job in, one job out');

// A process that was killed has left its run: it is ours again, with its log whole.
const active = ['queued', 'starting', 'running', 'stopping'] as const;
const [left] = (await runyard.runs.list({ jobId: applied.job.id, states: [...active] })).items;
const { id } = left ?? (await runyard.jobs.start(applied.job.id));
for await (const { text, stream } of runyard.runs.logs(id, { follow: true }))
  process.stdout.write(stream === 'phase' ? `-- ${text}` : text);

const { state, sentence } = await runyard.runs.wait(id);
process.stdout.write(`Run ${id}: ${state}. ${sentence}\n`);
if (state === 'succeeded') {
  const { accuracy, epochs } = JSON.parse(await readFile(join(results, 'model.json'), 'utf8'));
  process.stdout.write(`${join(results, 'model.json')}: accuracy ${accuracy} after ${epochs} epochs.\n`);
} else process.exitCode = 1;

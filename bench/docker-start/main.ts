// From asking for a container to its first line of output: through Runyard, against the same container made straight with dockerode,
// alternating in one run. Then 50 starts at once, and a job with a source. On an engine of its own, or on the one of `--host`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRunyard, gitSource, type JobView, type Runyard } from '@runyard/core';
import { dockerExecutor } from '@runyard/docker-executor';
import Docker from 'dockerode';
import { startDocker } from '../../test/engines/docker-engine.ts';
import { inParallel } from '../in-parallel.ts';
import { bareContainer } from './bare-container.ts';
import { smallRepository } from './small-repository.ts';

const { values } = parseArgs({
  options: {
    starts: { type: 'string', default: '40' },
    image: { type: 'string', default: 'runyard/busybox:1' },
    host: { type: 'string' },
  },
});
const starts = Number(values.starts);
const many = 50;
const command = ['echo', 'here'];

const quantile = (all: readonly number[], share: number): number =>
  all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))] ?? Number.NaN;
const show = (name: string, all: readonly number[]): void =>
  console.log(
    `${name.padEnd(34)} median ${quantile(all, 0.5).toFixed(0).padStart(6)} ms   p90 ${quantile(all, 0.9).toFixed(0).padStart(6)} ms`,
  );
const ratio = (ours: readonly number[], theirs: readonly number[]): string =>
  (quantile(ours, 0.5) / quantile(theirs, 0.5)).toFixed(2);

const engine = values.host === undefined ? await startDocker() : null;
const host = values.host ?? `unix://${engine?.socket}`;
const docker = new Docker({ socketPath: host.replace('unix://', '') });
const dir = await mkdtemp(join(tmpdir(), 'runyard-bench-'));
const runyard = await createRunyard({
  dataDir: join(dir, 'data'),
  source: gitSource({ allowFileUrls: true }),
  executors: { docker: dockerExecutor({ host, image: values.image, network: 'none', capacity: 'unlimited' }) },
  defaultExecutor: 'docker',
  sizes: { small: { cpu: 1, memory: '256Mi' } },
});

// The next one is not measured against the tidying up of the last one.
const disposed = (of: Runyard, id: string): Promise<void> =>
  new Promise((resolve) => {
    const look = (event: { run: { id: string } }): void => {
      if (event.run.id !== id) return;
      of.off('attempt.disposed', look);
      resolve();
    };
    of.on('attempt.disposed', look);
  });

const oursMs = async ({ id: jobId }: JobView): Promise<number> => {
  const from = performance.now();
  const { id } = await runyard.jobs.start(jobId);
  const over = disposed(runyard, id);
  for await (const { stream } of runyard.runs.logs(id, { follow: true }))
    if (stream !== 'phase') {
      const took = performance.now() - from;
      await over;
      return took;
    }
  throw new Error(`run ${id} printed nothing: ${(await runyard.runs.get(id)).sentence}`);
};

const bareMs = (): Promise<number> => bareContainer(docker, { image: values.image, command });

try {
  const plain = await runyard.jobs.create({ name: 'plain', command });
  for (let n = 0; n < 3; n++) await oursMs(plain).then(bareMs);
  const [ours, bare]: [number[], number[]] = [[], []];
  for (let n = 0; n < starts; n++) {
    ours.push(await oursMs(plain));
    bare.push(await bareMs());
  }
  console.log(`One at a time, ${starts} each`);
  show('dockerode: create, start, line', bare);
  show('Runyard: start, line', ours);
  console.log(`  ratio of medians ${ratio(ours, bare)} (aim at most 1.15)\n`);

  const all = async (one: () => Promise<number>): Promise<{ each: number[]; took: number }> => {
    const each: number[] = [];
    const from = performance.now();
    await inParallel(many, many, async () => each.push(await one()));
    return { each, took: performance.now() - from };
  };
  const [bareMany, oursMany] = [await all(bareMs), await all(() => oursMs(plain))];
  console.log(`${many} at once`);
  show('dockerode: create, start, line', bareMany.each);
  show('Runyard: start, line', oursMany.each);
  console.log(
    `  ratio of medians ${ratio(oursMany.each, bareMany.each)}; until all were gone ${(bareMany.took / 1000).toFixed(1)} s and ${(oursMany.took / 1000).toFixed(1)} s\n`,
  );

  const url = await smallRepository(join(dir, 'repository'));
  const sourced = await runyard.jobs.create({ name: 'sourced', command, sources: [{ url: `file://${url}` }] });
  await oursMs(sourced);
  const [withSource, without]: [number[], number[]] = [[], []];
  for (let n = 0; n < starts / 2; n++) {
    withSource.push(await oursMs(sourced));
    without.push(await oursMs(plain));
  }
  console.log('With a source of 200 files, already mirrored');
  show('Runyard, without', without);
  show('Runyard, with it', withSource);
  console.log(`  ratio of medians ${ratio(withSource, without)}`);
} finally {
  await runyard.close();
  await rm(dir, { recursive: true, force: true });
  await engine?.[Symbol.asyncDispose]();
}

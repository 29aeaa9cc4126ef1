// One way in a process of its own: `child.ts <way> <jobs> [url of PostgreSQL]`. Tells its parent the result.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, functionExecutor, sqliteStore } from '@runyard/core';
import { postgresStore } from '@runyard/postgres-store';
import { callers, countdown, timed } from '../contenders/contender.ts';
import { inParallel } from '../in-parallel.ts';
import { ways } from './ways.ts';

const [name = '', jobs = '', url = ''] = process.argv.slice(2);
const way = ways.find((one) => one.name === name);
if (!way) throw new Error(`There is no way '${name}': ${ways.map((one) => one.name).join(', ')}.`);

const dataDir = await mkdtemp(join(tmpdir(), 'runyard-bench-'));
const runyard = await createRunyard({
  dataDir,
  store: url ? postgresStore({ connectionString: url }) : sqliteStore(),
  executors: { function: functionExecutor({ functions: { act: way.act ?? (() => {}) } }) },
  ...way.options,
});
runyard.on('error', ({ error, sentence }) => console.error(sentence, error));
runyard.on('run.failed', ({ run }) => console.error(run?.sentence));
const given = await way.prepare?.(runyard);
const job = await runyard.jobs.create({ name: 'act', command: ['act'], ...given });

const run = async (count: number): Promise<void> => {
  const ends = countdown(count);
  runyard.on('attempt.disposed', ends.hit);
  await inParallel(count, callers, () => runyard.jobs.start(job.id));
  await ends.all;
  runyard.off('attempt.disposed', ends.hit);
};

await run(Math.min(1000, Number(jobs)));
const result = await timed(Number(jobs), () => run(Number(jobs)));
await runyard.close();
await rm(dataDir, { recursive: true, force: true });
if (process.send) process.send(result, () => process.exit());
else console.log(result);

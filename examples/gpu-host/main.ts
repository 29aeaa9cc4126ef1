// `node main.ts [--pretend] [--data DIR]`: jobs that want GPUs take turns on those of this machine.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createRunyard, processExecutor } from '@runyard/core';
import { devicesOf } from './devices.ts';
import { jobs, sizes } from './jobs.ts';
import { whoHasWhat } from './who-has-what.ts';

const { values } = parseArgs({ options: { pretend: { type: 'boolean', default: false }, data: { type: 'string' } } });

await using stack = new AsyncDisposableStack();
const dataDir = resolve(values.data ?? (await mkdtemp(join(tmpdir(), 'gpu-host-'))));
if (values.data === undefined) stack.defer(() => rm(dataDir, { recursive: true, force: true }));
const claims = join(dataDir, 'claims');
await mkdir(claims, { recursive: true });

const { gpus, sentence } = await devicesOf(values.pretend);
console.log(sentence);
const runyard = stack.use(await createRunyard({ dataDir, executors: { process: processExecutor({ gpus }) }, sizes }));
const applied = await runyard.jobs.apply(jobs(claims));

// What was said last comes after what was said first, however long the asking takes.
let told = Promise.resolve();
let last = '';
const tell = (): void => {
  told = told.then(async () => {
    const lines = (await whoHasWhat(runyard)).join('\n');
    if (lines !== '' && lines !== last) console.log(`\n${lines}`);
    last = lines;
  });
};
runyard.on('attempt.started', tell).on('attempt.ended', tell);

// Two of each job, at once: so many devices there are, so many run.
const started = [];
for (const { job } of [...applied, ...applied]) started.push(await runyard.jobs.start(job.id));
for (const { id } of started) await runyard.runs.wait(id);
await told;

console.log('');
for (const { id } of started) {
  const { jobName, state, sentence } = await runyard.runs.get(id);
  for await (const { stream, text } of runyard.runs.logs(id))
    if (stream !== 'phase') process.stdout.write(`${id.slice(0, 8)}  ${jobName}: ${text}`);
  if (state !== 'succeeded') {
    console.log(`${id.slice(0, 8)}  ${jobName}: ${state}. ${sentence}`);
    process.exitCode = 1;
  }
}

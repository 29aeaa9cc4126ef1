// `pnpm quickstart`: a job from git, started by HTTP, followed in the terminal, then fired by its schedule.
import { once } from 'node:events';
import { join } from 'node:path';
import type { JobInput, JobView, Run, Runyard } from '@runyard/core';
import { type Arguments, readArguments, usage } from './arguments.ts';
import { type Client, createClient } from './client.ts';
import { demoRepository } from './demo-repository.ts';
import { type DemoHost, startHost } from './host.ts';

const main = async (options: Arguments): Promise<void> => {
  await using host = await startHost(options.dataDir, options.port);
  say(`An Express host is up at ${host.url}, with Runyard mounted at /api. Its data is in ${options.dataDir}.`);
  const client = createClient(host.url, host.token);
  await followAdopted(host.runyard, client);

  const job = await describeJob(host.runyard, options);
  if (options.serve) return await serve(host, job);

  heading(`POST /api/jobs/${job.id}/start`);
  const { id } = await client.start(job.id);
  await followToEnd(client, id);

  heading('The same job, from its schedule: * * * * * (every minute)');
  const fired = nextScheduled(host.runyard);
  await host.runyard.jobs.update(job.id, { schedule: { cron: '* * * * *' } });
  const [dueAt = Date.now()] = await host.runyard.jobs.preview(job.id, 1);
  await countDown(dueAt);
  const run = await fired;
  await host.runyard.jobs.update(job.id, { schedule: null });
  await followToEnd(client, run.id);
  say(
    '\nThat was all of it. Next: `npx -y pnpm@12 quickstart --serve`, or your own with --repo URL --ref REF --command CMD.',
  );
};

const describeJob = async (runyard: Runyard, { own, dataDir }: Arguments): Promise<JobView> => {
  const input: JobInput = own ? ownJob(own) : await etlJob(dataDir);
  const [applied] = await runyard.jobs.apply(input);
  if (!applied) throw new Error('one job in, one job out');
  const [source] = applied.job.spec.sources;
  say(`Job '${applied.job.spec.name}' (${applied.job.id}): ${source?.url} at ${source?.ref ?? 'its default branch'}.`);
  return applied.job;
};

const etlJob = async (dataDir: string): Promise<JobInput> => {
  const repository = await demoRepository(join(dataDir, 'demo'));
  return {
    name: 'daily-revenue',
    description: 'Reads orders, converts them to one currency and writes the revenue by day.',
    sources: [{ url: repository.url, ref: repository.tag, refType: 'tag' }],
    startScript: 'export PREPARED_BY="start script in bash $BASH_VERSION"',
    workingDir: repository.workingDir,
    command: 'node transform.mjs',
    env: { REPORT_CURRENCY: 'EUR', RESULT_FILE: join(dataDir, 'results', 'revenue.json') },
  };
};

const ownJob = ({ repo, ref, command }: NonNullable<Arguments['own']>): JobInput => ({
  name: 'quickstart-own',
  sources: [{ url: repo, ...(ref !== undefined && { ref }) }],
  command,
});

// A host that was killed left its jobs running: they are ours again, with their logs whole.
const followAdopted = async (runyard: Runyard, client: Client): Promise<void> => {
  const { items } = await runyard.runs.list({ states: ['starting', 'running', 'stopping'] });
  for (const run of items) {
    heading(`Run ${run.id} was left running by an earlier host. Its log, whole`);
    await followToEnd(client, run.id);
  }
};

const followToEnd = async (client: Client, id: string): Promise<void> => {
  await client.followLog(id, (text) => process.stdout.write(text.replace(/^(?=.)/gm, '  | ')));
  const { state, reason, sentence, trigger } = await client.run(id);
  say(`Run ${id} (${trigger}): ${state}, ${reason}. ${sentence}`);
  if (state !== 'succeeded') process.exitCode = 1;
};

const nextScheduled = (runyard: Runyard): Promise<Run> =>
  new Promise((resolve) => {
    runyard.on('run.queued', ({ run }) => {
      if (run.trigger === 'schedule') resolve(run);
    });
  });

const countDown = async (until: number): Promise<void> => {
  for (let left = until - Date.now(); left > 0; left = until - Date.now()) {
    if (process.stdout.isTTY) process.stdout.write(`\r  due in ${Math.ceil(left / 1000)} s   `);
    else if (Math.ceil(left / 1000) % 10 === 0) say(`  due in ${Math.ceil(left / 1000)} s`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, 1000)));
  }
  say(`${process.stdout.isTTY ? '\r' : ''}  due now: ${new Date(until).toISOString()}`);
};

const serve = async ({ url, token }: DemoHost, { id }: JobView): Promise<void> => {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  say(`
Start it:
  curl -X POST -H 'Authorization: token ${token}' ${url}/api/jobs/${id}/start
Read the log of its newest run, as it grows:
  curl -N -H 'Authorization: token ${token}' "${url}/api/runs/RUN_ID/logs?follow=true"     # RUN_ID: \`run.id\` of the answer above
Kill this host with kill -9 ${process.pid} while a job runs, start it again: the job is still running.
Ctrl-C stops the host; jobs go on.`);
  await once(stop.signal, 'abort');
};

const say = (text: string): void => console.log(text);
const heading = (text: string): void => console.log(`\n=== ${text}`);

try {
  const options = readArguments(process.argv.slice(2));
  if (options === 'help') console.log(usage);
  else await main(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

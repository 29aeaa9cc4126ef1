// Starts, uses and closes Runyard on a store that is there, in a process of its own: `child.ts <data directory> <calls>`. Tells its
// parent what each took, in ms.
import { createRunyard, functionExecutor } from '@runyard/core';

const [dataDir = '', calls = ''] = process.argv.slice(2);

const msOf = async (act: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await act();
  return performance.now() - from;
};

const executors = { function: functionExecutor({ functions: { nothing: async () => {} } }) };
const from = performance.now();
const runyard = await createRunyard({ dataDir, executors });
const start = performance.now() - from;
runyard.on('error', ({ error, sentence }) => console.error(sentence, error));

const ids: string[] = [];
for (let after: string | undefined; ids.length < 5000; ) {
  const page = await runyard.jobs.list({ limit: 1000, ...(after !== undefined && { after }) });
  ids.push(...page.items.map(({ id }) => id));
  if (page.next === undefined) break;
  after = page.next;
}
const someJob = (): string => ids[Math.floor(Math.random() * ids.length)] ?? '';
const middle = (await runyard.jobs.list({ limit: 1000 })).next;

const kinds: Record<string, () => Promise<unknown>> = {
  'jobs, first page': () => runyard.jobs.list({ limit: 100 }),
  'jobs, a later page': () => runyard.jobs.list({ limit: 100, ...(middle !== undefined && { after: middle }) }),
  'runs, newest': () => runyard.runs.list({ limit: 100, descending: true }),
  'runs of a job': () => runyard.runs.list({ jobId: someJob(), limit: 100, descending: true }),
  'runs that failed': () => runyard.runs.list({ states: ['failed'], limit: 100, descending: true }),
  'runs that are active': () =>
    runyard.runs.list({ states: ['queued', 'starting', 'running', 'stopping'], limit: 100 }),
  'one job': () => runyard.jobs.get(someJob()),
  'start a job': () => runyard.jobs.start(someJob()),
};
const took: Record<string, number[]> = {};
for (let n = 0; n < Number(calls); n++)
  for (const [name, act] of Object.entries(kinds)) took[name] = [...(took[name] ?? []), await msOf(act)];

const close = await msOf(() => runyard.close());
process.send?.({ start, close, took, rssMb: process.memoryUsage.rss() / 1e6 }, () => process.exit());

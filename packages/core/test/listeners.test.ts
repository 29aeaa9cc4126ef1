import { expect, it } from 'vitest';
import { testRunyard } from '../src/testing/index.ts';

it('a listener that is on several events is taken off the one that is named, whether it was to hear once or always', async () => {
  await using t = await testRunyard();
  const heard: string[] = [];
  const listener = ({ run }: { run: { state: string } }): void => void heard.push(run.state);
  t.runyard.on('run.queued', listener).on('run.starting', listener).once('run.succeeded', listener);
  t.runyard.off('run.starting', listener).off('run.succeeded', listener);
  const job = await t.runyard.jobs.create({ name: 'heard', command: 'true' });
  const run = await t.runyard.jobs.start(job.id);
  await t.runyard.runs.wait(run.id);
  expect(heard).toEqual(['queued']);
});

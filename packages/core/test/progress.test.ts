import { expect, it } from 'vitest';
import type { Executor } from '../src/ports/executor.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { exits } from '../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

it('what a preparation waits for is said by the run, told as events, and a phase of it once in the log', async () => {
  const clock = new ManualClock();
  const engine = new ScriptedEngine({ clock, script: () => exits(0) });
  const plain = scriptedExecutor(engine) as Executor;
  const pulled = Promise.withResolvers<void>();
  const pulling: Executor = {
    ...plain,
    async prepare(launch, signal) {
      for (const sentence of ['Pulling: 1 of 3 MB.', 'Pulling: 2 of 3 MB.'])
        launch.onProgress({ state: 'waiting', phase: 'image-pull', sentence, at: clock.now() });
      await pulled.promise;
      return plain.prepare(launch, signal);
    },
  };
  await using t = await testRunyard({ clock, executors: { pulling } });
  const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'pulling' });
  const { id } = await t.runyard.jobs.start(job.id);
  await clock.advance(1000);
  expect(await t.runyard.runs.get(id)).toMatchObject({ state: 'starting', sentence: 'Pulling: 2 of 3 MB.' });
  const told = t.events.all('attempt.progress').map(({ phase, sentence }) => `${phase} ${sentence}`);
  expect(told).toEqual(['image-pull Pulling: 1 of 3 MB.', 'image-pull Pulling: 2 of 3 MB.']);
  pulled.resolve();
  expect(await clock.advanceUntil(t.runyard.runs.wait(id))).toMatchObject({ state: 'succeeded', reason: 'completed' });
  const phases = [];
  for await (const { stream, text } of t.runyard.runs.logs(id)) if (stream === 'phase') phases.push(text);
  expect(phases.filter((text) => text.includes('image-pull'))).toHaveLength(1);
});

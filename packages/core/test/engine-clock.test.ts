import { expect, it } from 'vitest';
import type { Executor } from '../src/ports/executor.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { exits } from '../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

it('what an engine says of times by a clock that is behind is never before the attempt was admitted, nor its end before its start', async () => {
  const clock = new ManualClock();
  const engine = new ScriptedEngine({ clock, script: () => exits(0, { runMs: 1000 }) });
  const right = scriptedExecutor(engine) as Executor;
  const behindMs = 60_000;
  const behind: Executor = {
    ...right,
    async wait(handle, { signal, onProgress }) {
      const told = (at: number): number => at - behindMs;
      const outcome = await right.wait(handle, {
        signal,
        onProgress: (one) => onProgress({ ...one, at: told(one.at) }),
      });
      return { ...outcome, endedAt: told(clock.now()) };
    },
  };
  await using t = await testRunyard({ clock, executors: { behind } });
  const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'behind', limits: { runMs: 30_000 } });
  const { id } = await t.runyard.jobs.start(job.id);
  await clock.advanceUntil(t.runyard.runs.wait(id), 10_000);
  const { state, attempts, startedAt } = await t.runyard.runs.get(id);
  expect(state).toBe('succeeded');
  const [attempt] = attempts;
  expect([attempt?.startedAt, attempt?.endedAt, startedAt]).toEqual(Array(3).fill(attempt?.createdAt));
});

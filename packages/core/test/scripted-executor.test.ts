import { describe, expect, it } from 'vitest';
import type { Progress } from '../src/ports/executor.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { type Behaviour, exits, hangs, ignoresTerm } from '../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { ended, launched, launchWith, logOf, never } from './fixtures/launch.ts';

const launch = launchWith({ command: ['job'], image: null });
const scripted = (behaviour: Behaviour = {}) => {
  const clock = new ManualClock({ now: 1_000_000 });
  const engine = new ScriptedEngine({ clock, script: () => behaviour });
  return { clock, engine, executor: scriptedExecutor(engine) };
};

describe('a script', () => {
  it('exits with its code after its time', async () => {
    const { clock, executor } = scripted(exits(3, { runMs: 5_000 }));
    const handle = await launched(executor, launch);
    const outcome = await clock.advanceUntil(ended(executor, handle));
    expect(outcome).toEqual({ class: 'exited', code: 3, endedAt: 1_005_000 });
  });

  it('waits first, with the engine’s sentence', async () => {
    const { clock, executor } = scripted({ waiting: { ms: 100, sentence: '0/5 nodes are available' }, runMs: 10 });
    const handle = await launched(executor, launch);
    const seen: Progress[] = [];
    await clock.advanceUntil(executor.wait(handle, { signal: never, onProgress: (progress) => seen.push(progress) }));
    expect(seen).toEqual([
      { state: 'waiting', sentence: '0/5 nodes are available', at: 1_000_000 },
      { state: 'running', phase: 'command', at: 1_000_100 },
    ]);
  });

  it('hangs until it is stopped, by TERM or, where that is ignored, by KILL after the grace', async () => {
    for (const [behaviour, signal, ms] of [
      [hangs(), 'SIGTERM', 0],
      [hangs({ termMs: 20 }), 'SIGTERM', 20],
      [ignoresTerm(), 'SIGKILL', 60_000],
    ] as const) {
      const { clock, executor } = scripted(behaviour);
      const handle = await launched(executor, launch);
      await clock.advanceUntil(executor.stop(handle, { graceMs: 60_000, signal: never }));
      expect(await ended(executor, handle)).toMatchObject({ class: 'signalled', signal });
      expect(clock.monotonic()).toBe(ms);
    }
  });

  it('may answer TERM with words and an outcome of its own', async () => {
    const { executor } = scripted(hangs({ termOutput: 'leaving', termOutcome: { class: 'exited', code: 5 } }));
    const handle = await launched(executor, launch);
    await executor.stop(handle, { graceMs: 60_000, signal: never });
    expect(await ended(executor, handle)).toMatchObject({ class: 'exited', code: 5 });
    expect(await logOf(executor, handle)).toEqual(['stdout: leaving']);
  });

  it('tells the same end after a step of the wall clock', async () => {
    const { clock, executor } = scripted();
    const handle = await launched(executor, launch);
    const first = await ended(executor, handle);
    clock.jumpBack(60_000);
    expect(await ended(executor, handle)).toEqual(first);
  });

  it('vanishes: missing, and lost for who waits', async () => {
    const { clock, engine, executor } = scripted(hangs({ vanishesAfterMs: 50 }));
    const handle = await launched(executor, launch);
    expect(await clock.advanceUntil(ended(executor, handle))).toMatchObject({ class: 'lost' });
    expect(await executor.inspect(handle, never)).toEqual({ state: 'missing' });
    expect(engine.left()).toEqual([]);
  });

  it('cannot be asked for a while, which is never an answer', async () => {
    const { clock, executor } = scripted(exits(0, { runMs: 100, unavailable: { afterMs: 50, forMs: 100 } }));
    const handle = await launched(executor, launch);
    await expect(clock.advanceUntil(ended(executor, handle))).rejects.toMatchObject({ code: 'executor-unavailable' });
    expect(clock.monotonic()).toBe(50);
    await clock.advance(100);
    expect(await ended(executor, handle)).toMatchObject({ class: 'exited', code: 0 });
  });

  it('fails in prepare and leaves nothing', async () => {
    const { engine, executor } = scripted({ prepareFails: { class: 'start-failed', reason: 'image-pull' } });
    await expect(executor.prepare(launch, never)).rejects.toMatchObject({ outcome: { reason: 'image-pull' } });
    expect(engine.left()).toEqual([]);
  });

  it('prints its lines in their time, up to its end', async () => {
    const output = ['first', { atMs: 10, text: 'second', stream: 'stderr' as const }, { atMs: 99, text: 'never' }];
    const { clock, executor } = scripted({ runMs: 20, output });
    const handle = await launched(executor, launch);
    expect(await logOf(executor, handle)).toEqual(['stdout: first']);
    const followed = (async () => {
      const cursors: string[] = [];
      for await (const { cursor } of executor.logs?.(handle, { follow: true, signal: never }) ?? [])
        cursors.push(cursor);
      return cursors;
    })();
    expect(await clock.advanceUntil(followed)).toEqual(['1', '2']);
    expect(await logOf(executor, handle, '1')).toEqual(['stderr: second']);
  });
});

describe('an engine', () => {
  it('outlives its hosts: another executor over it finds the attempt', async () => {
    const { clock, engine, executor } = scripted(exits(0, { runMs: 10 }));
    const handle = JSON.parse(JSON.stringify(await launched(executor, launch)));
    await executor.close?.();
    const restarted = scriptedExecutor(engine);
    expect(await restarted.prepare(launch, never)).toEqual(handle);
    expect(await clock.advanceUntil(ended(restarted, handle))).toMatchObject({ class: 'exited', code: 0 });
    expect(engine.executions(launch.key)).toEqual([{ key: launch.key, from: 0, to: 10, gpus: [] }]);
    await restarted.remove(handle, never);
    expect(engine.left()).toEqual([]);
    expect(engine.executions()).toHaveLength(1);
  });

  it('that is away answers nobody, also those who wait already', async () => {
    const { engine, executor } = scripted(hangs());
    const handle = await launched(executor, launch);
    const waiting = ended(executor, handle);
    engine.goAway();
    await expect(waiting).rejects.toMatchObject({ code: 'executor-unavailable' });
    await expect(executor.inspect(handle, never)).rejects.toMatchObject({ code: 'executor-unavailable' });
    engine.comeBack();
    expect(await executor.inspect(handle, never)).toEqual({ state: 'running' });
  });

  it('lets a late preparer find its object gone', async () => {
    const { clock, engine, executor } = scripted({ prepareMs: 100 });
    const late = executor.prepare(launch, never);
    const lateFails = expect(late).rejects.toMatchObject({ code: 'executor-unavailable' });
    await clock.advance(50);
    const handle = await clock.advanceUntil(executor.prepare(launch, never));
    await lateFails;
    expect(engine.left()).toEqual([{ key: launch.key, state: 'prepared' }]);
    expect(await executor.inspect(handle, never)).toEqual({ state: 'prepared' });
  });

  it('forgets an attempt, as when somebody removed it', async () => {
    const { engine, executor } = scripted(hangs());
    const handle = await launched(executor, launch);
    const waiting = ended(executor, handle);
    engine.forget(launch.key);
    expect(await waiting).toMatchObject({ class: 'lost' });
    expect([await executor.inspect(handle, never), engine.left()]).toEqual([{ state: 'missing' }, []]);
  });

  it('does not touch what is not ours', async () => {
    const { engine, executor } = scripted();
    engine.occupy(launch.key);
    await expect(executor.prepare(launch, never)).rejects.toMatchObject({ code: 'executor-conflict' });
    engine.vacate(launch.key);
    expect(await executor.prepare(launch, never)).toMatchObject({ key: launch.key });
  });
});

import { spawnSync } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
import type { ExecutorInput, Listed } from '../src/ports/executor.ts';
import type { FunctionContext } from '../src/ports/job-function.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { ended, hostWith, inputWith, launched, launchWith, logOf, never, written } from './fixtures/launch.ts';

const runId = 'a'.repeat(32);
const hangs = () => new Promise(() => {});
const untilAborted = ({ signal }: FunctionContext) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
const nightly = (args: string[] = []) => launchWith({ name: 'nightly', args });
const running = (job: (ctx: FunctionContext) => unknown, host = hostWith()) =>
  functionExecutor({ functions: { nightly: job } })(host);

describe('a function', () => {
  it('that returns ends exited 0, one that throws exited 1 with its stack in the log', async () => {
    const executor = running(({ args, log }) => {
      log(`args ${args.join(' ')}`);
      if (args[0] === 'throw') throw new TypeError('not so');
    });
    const good = await launched(executor, nightly(['a', 'b']));
    expect(await ended(executor, good)).toEqual({ class: 'exited', code: 0 });
    expect(await logOf(executor, good)).toEqual(['stdout: args a b']);

    const bad = await launched(executor, { ...nightly(['throw']), key: `${runId}.2` });
    expect(await ended(executor, bad)).toMatchObject({
      class: 'exited',
      code: 1,
      sentence: expect.stringContaining('TypeError: not so'),
    });
    const log = await logOf(executor, bad);
    expect(log.slice(0, 2)).toEqual(['stdout: args throw', 'stderr: TypeError: not so']);
    expect(log[2]).toMatch(/^stderr: {5}at .*function-executor\.test\.ts/);
  });

  it('is told its run, attempt, arguments, variables with secrets, and a key that all attempts share', async () => {
    let seen: FunctionContext | undefined;
    const executor = running((ctx) => {
      seen = ctx;
    });
    const launch = {
      ...nightly(['x']),
      key: `${runId}.3`,
      env: { PLAIN: '1' },
      secrets: [{ type: 'environment_variable' as const, location: 'TOKEN', value: 's3cret' }],
    };
    const handle = await launched(executor, launch);
    await ended(executor, handle);
    expect(seen).toMatchObject({
      runId,
      attempt: 3,
      args: ['x'],
      env: { PLAIN: '1', TOKEN: 's3cret' },
      idempotencyKey: runId,
    });
    expect(launch.env).toEqual({ PLAIN: '1' });
    expect(JSON.stringify(handle)).not.toContain('s3cret');
  });

  it('that throws a secret does not carry it into the outcome', async () => {
    const executor = running(({ env }) => {
      throw new Error(`cannot reach postgres://me:${env.TOKEN}@db`);
    });
    const secrets = [{ type: 'environment_variable' as const, location: 'TOKEN', value: 's3cret' }];
    const outcome = await ended(executor, await launched(executor, { ...nightly(), secrets }));
    expect(outcome.sentence).toContain('cannot reach postgres://me:***@db');
  });

  it('runs only once it is started, and once however often that is', async () => {
    let runs = 0;
    const executor = running(() => {
      runs++;
    });
    const launch = nightly();
    const handle = await executor.prepare(launch, never);
    await setImmediate();
    expect([runs, await executor.inspect(handle, never)]).toEqual([0, { state: 'prepared' }]);
    await Promise.all([
      executor.start(handle, { launch, signal: never }),
      executor.start(handle, { launch, signal: never }),
    ]);
    await ended(executor, handle);
    await executor.start(handle, { launch, signal: never });
    await executor.start(await executor.prepare(launch, never), { launch, signal: never });
    expect(runs).toBe(1);
  });
});

describe('a handle', () => {
  it('of a removed attempt is missing, also when its key is prepared anew', async () => {
    const executor = running(hangs);
    const launch = nightly();
    const old = await executor.prepare(launch, never);
    await executor.remove(old, never);
    await executor.prepare(launch, never);
    expect(await executor.inspect(old, never)).toEqual({ state: 'missing' });
    await expect(executor.start(old, { launch, signal: never })).rejects.toMatchObject({ name: 'AttemptMissing' });
    await executor.stop(old, { graceMs: 0, signal: never });
    await executor.remove(old, never);
  });

  it('of another process cannot be asked about', async () => {
    const [here, there] = [running(hangs), running(hangs)];
    const handle = await there.prepare(nightly(), never);
    for (const ask of [
      here.inspect(handle, never),
      here.start(handle, { launch: nightly(), signal: never }),
      here.stop(handle, { graceMs: 0, signal: never }),
      here.remove(handle, never),
      ended(here, handle),
    ]) {
      await expect(ask).rejects.toMatchObject({ code: 'executor-unavailable' });
    }
    expect(await here.place(never)).not.toBe(await there.place(never));
  });
});

describe('wait', () => {
  it('tells that it runs, may be aborted without harm, and answers again after the end', async () => {
    const stop = new AbortController();
    const executor = running(untilAborted);
    const handle = await launched(executor, nightly());
    const states: string[] = [];
    const aborted = executor.wait(handle, { signal: stop.signal, onProgress: ({ state }) => states.push(state) });
    stop.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    expect(states).toEqual(['running']);
    expect(await executor.inspect(handle, never)).toEqual({ state: 'running' });
    await executor.stop(handle, { graceMs: 10_000, signal: never });
    expect(await ended(executor, handle)).toEqual({ class: 'exited', code: 0 });
    expect(await ended(executor, handle)).toEqual({ class: 'exited', code: 0 });
  });
});

describe('stop', () => {
  it('ends lost after the grace where a function ignores its signal, and drops its late result', async () => {
    const clock = new ManualClock();
    const late = Promise.withResolvers<void>();
    const executor = running(async ({ log }) => {
      await late.promise;
      log('too late');
    }, hostWith({ clock }));
    const handle = await launched(executor, nightly());
    const stopping = executor.stop(handle, { graceMs: 45_000, signal: never });
    await clock.advance(44_999);
    expect(await executor.inspect(handle, never)).toEqual({ state: 'running' });
    await clock.advance(1);
    await stopping;
    const lost = { class: 'lost', sentence: expect.stringContaining('"nightly" ignored ctx.signal') };
    expect(await ended(executor, handle)).toEqual(lost);
    late.resolve();
    await setImmediate();
    expect(await ended(executor, handle)).toEqual(lost);
    expect(await logOf(executor, handle)).toEqual([]);
    expect(clock.pending()).toEqual([]);
  });

  it('is told in its log without our own stack, where a function throws on what its signal gives', async () => {
    const executor = running(async ({ signal }) => {
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const handle = await launched(executor, nightly());
    await executor.stop(handle, { graceMs: 10_000, signal: never });
    expect(await logOf(executor, handle)).toEqual(['stderr: [Error: The attempt was asked to stop.]']);
  });

  it('of an attempt that has ended is nothing', async () => {
    const executor = running(() => {});
    const handle = await launched(executor, nightly());
    expect(await ended(executor, handle)).toEqual({ class: 'exited', code: 0 });
    await executor.stop(handle, { graceMs: 0, signal: never });
    expect(await ended(executor, handle)).toEqual({ class: 'exited', code: 0 });
  });

  it('aborted before the grace is over leaves the function running', async () => {
    const clock = new ManualClock();
    const executor = running(hangs, hostWith({ clock }));
    const handle = await launched(executor, nightly());
    const call = new AbortController();
    const stopping = executor.stop(handle, { graceMs: 10, signal: call.signal });
    call.abort(new Error('enough'));
    await expect(stopping).rejects.toThrow('enough');
    await clock.advance(1_000);
    expect(await executor.inspect(handle, never)).toEqual({ state: 'running' });
  });
});

describe('close', () => {
  it('aborts every function, waits the grace, and records lost what did not finish', async () => {
    const clock = new ManualClock();
    const executor = running(({ args, signal }) => {
      if (args[0] === 'finishes') return untilAborted({ signal } as FunctionContext);
      if (args[0] === 'throws')
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return hangs();
    }, hostWith({ clock }));
    const start = (how: string, attempt: number) =>
      launched(executor, { ...nightly([how]), key: `${runId}.${attempt}` });
    const handles = [await start('finishes', 1), await start('throws', 2), await start('hangs', 3)];
    await clock.advanceUntil(executor.close?.({ graceMs: 5_000 }) ?? Promise.reject());
    expect(clock.monotonic()).toBe(5_000);
    const outcomes = await Promise.all(handles.map((handle) => ended(executor, handle)));
    expect(outcomes.map((outcome) => outcome.class)).toEqual(['exited', 'lost', 'lost']);
    await expect(executor.prepare(nightly(), never)).rejects.toMatchObject({ code: 'executor-unavailable' });
  });
});

describe('logs', () => {
  it('are followed to the end, and read again from any cursor', async () => {
    const more = Promise.withResolvers<void>();
    const executor = running(async ({ log }) => {
      log('one');
      await more.promise;
      log('two');
      log('three');
    });
    const handle = await launched(executor, nightly());
    const cursors: string[] = [];
    for await (const { cursor } of executor.logs?.(handle, { follow: true, signal: never }) ?? []) {
      cursors.push(cursor);
      more.resolve();
    }
    expect(cursors).toHaveLength(3);
    expect(await logOf(executor, handle, cursors[0])).toEqual(['stdout: two', 'stdout: three']);
    expect(await logOf(executor, handle, cursors[2])).toEqual([]);
  });

  it('hold a bounded amount and say what is missing', async () => {
    const job = ({ log }: FunctionContext) => {
      for (let i = 0; i < 5_000; i++) log(`line ${i}`);
    };
    const executor = functionExecutor({ functions: { nightly: job }, outputBytes: 50_000 })(hostWith());
    const handle = await launched(executor, nightly());
    await ended(executor, handle);
    const [mark, ...lines] = await logOf(executor, handle);
    expect(mark).toMatch(/^output: \[runyard\] \d+ bytes of output are missing here/);
    expect(lines.at(-1)).toBe('stdout: line 4999');
    expect(lines.length).toBeLessThan(400);
    const all = Array.from({ length: 5_000 }, (_, i) => `line ${i}\n`).join('').length;
    const kept = lines.reduce((sum, line) => sum + line.length - 'stdout: '.length + 1, 0);
    expect(Number(mark?.match(/\d+/)?.[0]) + kept).toBe(all);
  });
});

describe('a module', () => {
  const modules = {
    heavy: new URL('./fixtures/job-module.ts', import.meta.url),
    'no-job': new URL('./fixtures/no-job-module.ts', import.meta.url),
    broken: new URL('./fixtures/broken-module.ts', import.meta.url),
  };
  const start = async (args: string[], { name = 'heavy', memoryBytes = 2 ** 28 } = {}) => {
    const executor = functionExecutor({ modules })(hostWith());
    const size = { name: 'small', cpu: 1, memoryBytes, gpu: null };
    const secrets = [{ type: 'environment_variable' as const, location: 'TOKEN', value: 's3cret' }];
    const launch = launchWith({ name, args }, { size, env: { PLAIN: '1' }, secrets });
    return { executor, handle: await launched(executor, launch) };
  };

  it('runs in a thread whose environment is what the job asks for and no more, its output in the log', async () => {
    const { executor, handle } = await start(['tell']);
    expect(await ended(executor, handle)).toEqual({ class: 'exited', code: 0 });
    const [told, ...rest] = await logOf(executor, handle);
    const env = { PLAIN: '1', TOKEN: 's3cret' };
    expect(JSON.parse(told?.slice('stdout: '.length) ?? '')).toEqual({
      runId,
      attempt: 1,
      args: ['tell'],
      idempotencyKey: runId,
      env,
      process: env,
    });
    expect(rest.sort()).toEqual(['stderr: to stderr', 'stdout: by ctx.log']);
  });

  it('has all that it printed in the log', async () => {
    const { executor, handle } = await start(['print', '5000']);
    await ended(executor, handle);
    const log = await logOf(executor, handle);
    expect([log.length, log.at(-1)]).toEqual([5_000, 'stdout: line 4999']);
  });

  it('that calls process.exit loses nothing that it printed before', async () => {
    const { executor, handle } = await start(['exit']);
    expect(await ended(executor, handle)).toEqual({ class: 'exited', code: 3 });
    expect(await logOf(executor, handle)).toHaveLength(1_000);
  });

  it.each([
    ['throw', { class: 'exited', code: 1, sentence: expect.stringContaining('module fault') }],
    ['uncaught', { class: 'exited', code: 1, sentence: expect.stringContaining('in a timer') }],
  ])('that ends by %s is told by its outcome', async (how, outcome) => {
    const { executor, handle } = await start([how]);
    expect(await ended(executor, handle)).toEqual(outcome);
  });

  it('that cannot be loaded, or is no job, has failed to start', async () => {
    for (const [name, why] of [
      ['broken', 'broken while loading'],
      ['no-job', 'default export is not a function'],
    ] as const) {
      const { executor, handle } = await start([], { name });
      const sentence = expect.stringContaining(why);
      expect(await ended(executor, handle)).toEqual({ class: 'start-failed', reason: 'module-not-loaded', sentence });
    }
  });

  it('that outgrows its size ends oom, and the host goes on', async () => {
    const { executor, handle } = await start(['eat'], { memoryBytes: 2 ** 25 });
    expect(await ended(executor, handle)).toMatchObject({ class: 'oom' });
  });

  it('is asked to end by its signal', async () => {
    const { executor, handle } = await start(['until-aborted']);
    await written(executor, handle, 'ready');
    await executor.stop(handle, { graceMs: 60_000, signal: never });
    expect(await ended(executor, handle)).toEqual({ class: 'exited', code: 0 });
  });

  it('that does not end within the grace is killed, even in a loop without an end', async () => {
    const { executor, handle } = await start(['spin']);
    await written(executor, handle, 'ready');
    await executor.stop(handle, { graceMs: 10, signal: never });
    expect(await ended(executor, handle)).toEqual({ class: 'signalled', signal: 'SIGKILL' });
  });
});

it('no running module keeps the host from exiting', () => {
  const host = fileURLToPath(new URL('./fixtures/host-with-running-module.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [host], { timeout: 30_000, encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'done', stderr: '' });
});

describe('parseSpec', () => {
  const { parseSpec } = functionExecutor({ functions: { nightly() {} } })(hostWith());

  it('keeps the name and its arguments', () => {
    expect(parseSpec(inputWith({ command: ['nightly', 'a', 'b'] }))).toEqual({ name: 'nightly', args: ['a', 'b'] });
  });

  it.each([
    [['nighty'], /Did you mean "nightly"/],
    [['something-else'], /it has: nightly/],
    ['nightly now', /Write a list: \["nightly"/],
  ])('refuses the command %j with a sentence that helps', (command, sentence) => {
    expect(() => parseSpec(inputWith({ command }))).toThrow(
      expect.objectContaining({ code: 'unknown-function', field: 'command', message: expect.stringMatching(sentence) }),
    );
  });

  const packages = { apt: [], conda: [], pip: ['x'], cran: [], requirementsTxt: null, environmentYml: null };
  const source = { url: 'u', ref: null, refType: null, path: null, credential: null, submodules: false, lfs: false };
  it.each<[keyof ExecutorInput, Partial<ExecutorInput>]>([
    ['image', { image: 'node:24' }],
    ['hardware', { hardware: 'gpu' }],
    ['scale', { scale: 2 }],
    ['sources', { sources: [source] }],
    ['extraPackages', { extraPackages: packages }],
    ['startScript', { startScript: 'true' }],
    ['workingDir', { workingDir: 'etl' }],
    ['secrets', { secrets: [{ name: 's', type: 'file', location: '/s' }] }],
  ])('refuses %s, which a function cannot have', (field, parts) => {
    expect(() => parseSpec(inputWith(parts))).toThrow(
      expect.objectContaining({ code: 'unsupported-by-executor', field }),
    );
  });

  it('a name that is both a function and a module is refused when the executor is made', () => {
    const twice = { functions: { a() {} }, modules: { a: new URL('file:///a.js') } };
    expect(() => functionExecutor(twice)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });

  it('a function that this deploy has no more fails to start', async () => {
    const executor = running(() => {});
    const launch = launchWith({ name: 'gone', args: [] });
    await expect(executor.prepare(launch, never)).rejects.toMatchObject({
      outcome: { class: 'start-failed', reason: 'unknown-function' },
    });
  });
});

it('list shows the attempts of one installation', async () => {
  const executor = running(hangs);
  const ours = await launched(executor, nightly());
  await executor.prepare({ ...nightly(), key: `${runId}.2`, installation: 'other' }, never);
  const listed: Listed[] = [];
  for await (const each of executor.list?.('i'.repeat(32), never) ?? []) listed.push(each);
  expect(listed).toEqual([{ key: `${runId}.1`, handle: ours, state: 'running', createdAt: expect.any(Number) }]);
});

import { composeRunyard } from '../../packages/core/src/create-runyard.ts';
import { isRunyardError } from '../../packages/core/src/domain/errors.ts';
import type { Executor, Launch } from '../../packages/core/src/ports/executor.ts';
import type { Host, Logger } from '../../packages/core/src/ports/host.ts';
import type { Source } from '../../packages/core/src/ports/source.ts';
import { type RunyardOptions, readOptions } from '../../packages/core/src/services/options.ts';
import type { Runyard } from '../../packages/core/src/services/runyard.ts';
import type { Script, ScriptedSpec } from '../../packages/core/src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../../packages/core/src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../../packages/core/src/testing/scripted-executor/scripted-executor.ts';
import { seededEntropy } from '../../packages/core/src/testing/seeded-entropy/seeded-entropy.ts';
import { behaviourOf, behaviours } from './behaviours.ts';
import { faultyStore } from './faulty-store.ts';
import { knownJobs } from './history.ts';
import { Life } from './life.ts';
import { clockOf, executorOf, logStoreOf, storeOf } from './membrane.ts';
import { randomOf } from './random.ts';
import { type Instance, note, type World } from './world.ts';

export const sizes = {
  small: { cpu: 0.5, memory: '1Gi' },
  medium: { cpu: 1, memory: '1Gi' },
  large: { cpu: 2, memory: '3Gi' },
  gpu: { cpu: 0.2, memory: '0.2Gi', gpu: { count: 1 } },
  gpus: { cpu: 0.2, memory: '0.2Gi', gpu: { count: 2 } },
  shared: { cpu: 0.2, memory: '0.2Gi', gpu: { count: 1, share: 0.4 } },
} as const;

/** Starts a process. It may die before it is up. Some hosts resume their jobs first, after a deploy. */
export const boot = (world: World, { mayResume = true } = {}): Instance => {
  const name = `p${++world.started}`;
  // With `reserve` the handle is recorded with the key; the rules have to hold either way.
  const reserves = randomOf(`${world.seed} reserves ${name}`).chance(0.5);
  const script = inProcess(world, reserves);
  const mortal = new ScriptedEngine({ clock: world.clock, script, place: `mortal ${name}` });
  world.mortal.push(mortal);
  const life = new Life(name, () => endAll(mortal));
  const instance: Instance = { name, life, runyard: null, closing: null };
  world.instances.push(instance);
  note(world, `${name} boots`);
  const resumesFirst = mayResume && randomOf(`${world.seed} resumes ${name}`).chance(0.3);
  // As a host would: it exits, and its supervisor starts it again.
  const failed = (error: unknown): void => {
    if (!isRunyardError(error)) world.problems.push(`${name} could not start: ${describe(error)}`);
    note(world, `${name} could not start: ${describe(error)}`);
    life.die();
  };
  compose(world, life, mortalExecutor(mortal, reserves), { autoStart: !resumesFirst })
    .then(async (runyard) => {
      instance.runyard = runyard;
      watch(world, instance, runyard);
      if (resumesFirst) await resumeAndStart(world, name, runyard);
    })
    .catch(failed);
  return instance;
};

// A host that takes its jobs up again after a deploy, before anything has looked at what was due meanwhile.
const resumeAndStart = async (world: World, name: string, runyard: Runyard): Promise<void> => {
  await Promise.allSettled(knownJobs(world.history).map((id) => runyard.jobs.resume(id)));
  note(world, `${name} has resumed its jobs and starts`);
  await runyard.start();
};

const compose = (
  world: World,
  life: Life,
  mortal: Executor,
  given: Pick<RunyardOptions, 'autoStart'>,
): Promise<Runyard> => {
  const { clock, history, faults, store } = world;
  const own = randomOf(`${world.seed} calls of ${life.name}`);
  const repeats = (): boolean => world.profile.repeats && own.chance(0.1);
  const executors = {
    wide: executorOf(scriptedExecutor(world.wide), life, repeats),
    narrow: executorOf(scriptedExecutor(world.narrow), life, repeats),
    mortal: executorOf(mortal, life, repeats),
  };
  const options: RunyardOptions = {
    ...given,
    store: storeOf(faultyStore(store, { faults, history, clock, instance: life.name }), life),
    executors,
    logStore: logStoreOf(world.logStore, life),
    source: noSource,
    sizes,
    // Nothing tells an instance of what others wrote, which is how it is while news are lost.
    // And a store that takes up to 3 s is given up by then, with what it does afterwards.
    timings: { pollMs: 30_000, storeTimeoutMs: 2_000, storeSlowMs: 1_000 },
  };
  const host: Host = {
    dataDir: '/nowhere',
    place: life.name,
    clock: clockOf(clock, life),
    entropy: seededEntropy(`${world.seed} ${life.name}`),
    logger: silent,
  };
  const read = readOptions(options, Object.keys(executors));
  return composeRunyard({ options, read, provided: executors, host, lockedPlace: null, release: async () => {} });
};

// Its attempts are ended when it is closed, as functions are.
const mortalExecutor = (engine: ScriptedEngine, reserves: boolean): Executor => {
  const executor = scriptedExecutor(engine, { name: 'mortal' }) as Executor;
  return {
    ...executor,
    durable: false,
    ...(reserves && {
      reserve(key, installation) {
        const { id } = engine.heldFor(key)[0] ?? engine.create({ key, installation } as Launch<ScriptedSpec>);
        return { v: 1, place: engine.place, id, key };
      },
    }),
    async close({ graceMs } = { graceMs: 0 }) {
      const signal = new AbortController().signal;
      await Promise.all(
        engine.held().map(({ id, key }) => executor.stop({ v: 1, place: engine.place, id, key }, { graceMs, signal })),
      );
    },
  };
};

// What runs in the process can always be asked, and does not vanish from it.
const inProcess = ({ seed, history }: World, reserves: boolean): Script => {
  const script: Script = reserves ? ({ key }) => behaviourOf(seed, key) : behaviours(seed, history);
  return (launch, previous) => {
    const { unavailable: _, vanishesAfterMs: __, ...behaviour } = script(launch, previous);
    const silent = randomOf(`${seed} silent ${launch.key}`).chance(0.5);
    return silent ? { ...behaviour, output: [] } : behaviour;
  };
};

// What ran in a process is gone with it.
const endAll = (engine: ScriptedEngine): void => {
  for (const object of engine.held())
    engine.change(object, (now) => {
      object.killAt ??= now;
    });
  engine.goAway();
};

// A fault that is no failure of the world is one of ours.
const watch = (world: World, { name }: Instance, runyard: Runyard): void => {
  runyard.on('error', ({ error, sentence }) => {
    if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
      world.problems.push(`${name}: ${sentence} ${error.stack}`);
  });
};

const noSource: Source = {
  check: () => {},
  resolve: () => Promise.reject(new Error('no job of the simulation has a source')),
  checkout: () => Promise.reject(new Error('no job of the simulation has a source')),
};

const quiet = (): void => {};
const silent: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

export const describe = (error: unknown): string =>
  isRunyardError(error) ? error.code : error instanceof Error ? (error.stack ?? error.message) : String(error);

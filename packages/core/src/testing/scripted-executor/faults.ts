import { isRunyardError } from '../../domain/errors.ts';
import type { Executor } from '../../ports/executor.ts';
import type { ScriptedSpec } from './behaviour.ts';
import type { ScriptedEngine } from './scripted-engine.ts';

/** A rule of the port that a scripted executor can be told to break. */
export type Fault = keyof typeof faults;

type Scripted = Executor<ScriptedSpec>;
type Break = (good: Scripted, engine: ScriptedEngine) => Partial<Scripted>;

const faults = {
  /** Each `start` runs the command once more. */
  'start-not-idempotent': (good, engine) => ({
    async start(handle, options) {
      const object = engine.byId(handle.id);
      const before = object?.startedAt.length ?? 0;
      await good.start(handle, options);
      if (before > 0) object?.startedAt.push(engine.clock.monotonic());
    },
  }),
  /** `start` makes what is gone anew. */
  'start-creates': (good, engine) => ({
    async start(handle, options) {
      if (engine.byId(handle.id) !== undefined) return good.start(handle, options);
      await good.start({ ...handle, id: engine.create(options.launch).id }, options);
    },
  }),
  /** The command runs before `start`. */
  'prepare-runs': (good) => ({
    async prepare(launch, signal) {
      const handle = await good.prepare(launch, signal);
      await good.start(handle, { launch, signal });
      return handle;
    },
  }),
  /** A second `prepare` of a started attempt makes a second object. */
  'prepare-not-adopting': (good, engine) => ({
    async prepare(launch, signal) {
      const earlier = await good.prepare(launch, signal);
      const started = (engine.byId(earlier.id)?.startedAt.length ?? 0) > 0;
      return started ? { ...earlier, id: engine.create(launch).id } : earlier;
    },
  }),
  /** What is not ours is taken for ours. */
  'prepare-takes-strangers': (good, engine) => ({
    prepare: (launch, signal) =>
      good.prepare(launch, signal).catch((error: unknown) => {
        if (!isRunyardError(error) || error.code !== 'executor-conflict') throw error;
        return { v: 1, place: engine.place, id: engine.create(launch).id, key: launch.key };
      }),
  }),
  /** "I could not ask" is told as "it is gone". */
  'missing-when-unavailable': (good) => ({
    inspect: (handle, signal) => good.inspect(handle, signal).catch(unlessUnavailable({ state: 'missing' as const })),
    wait: (handle, options) => good.wait(handle, options).catch(unlessUnavailable({ class: 'lost' as const })),
  }),
  /** "I could not ask" is told as "there was nothing left to do". */
  'done-when-unavailable': (good) => ({
    stop: (handle, options) => good.stop(handle, options).catch(unlessUnavailable(undefined)),
    remove: (handle, signal) => good.remove(handle, signal).catch(unlessUnavailable(undefined)),
  }),
  /** "I could not ask" is told as "there is none". */
  'list-empty-when-unavailable': (good) => ({
    async *list(installation, signal) {
      try {
        yield* good.list?.(installation, signal) ?? [];
      } catch (error) {
        unlessUnavailable(undefined)(error);
      }
    },
  }),
  /** Which devices an attempt holds is forgotten. */
  'list-without-gpus': (good) => ({
    async *list(installation, signal) {
      for await (const { gpus: _, ...rest } of good.list?.(installation, signal) ?? []) yield rest;
    },
  }),
  /** Aborting `wait` ends the job. */
  'wait-abort-stops': (good, engine) => ({
    async wait(handle, options) {
      try {
        return await good.wait(handle, options);
      } finally {
        const object = engine.byId(handle.id);
        if (options.signal.aborted && object !== undefined) {
          engine.change(object, (now) => {
            object.killAt = now;
          });
        }
      }
    },
  }),
  /** The outcome is told once, then forgotten. */
  'wait-forgets': (good) => {
    const told = new Set<unknown>();
    return {
      async wait(handle, options) {
        if (told.has(handle.id)) return { class: 'lost' };
        const outcome = await good.wait(handle, options);
        told.add(handle.id);
        return outcome;
      },
    };
  },
  /** `wait` says nothing of where the attempt stands. */
  'wait-silent': (good) => ({ wait: (handle, options) => good.wait(handle, { ...options, onProgress() {} }) }),
  /** `stop` never goes beyond TERM. */
  'stop-without-kill': (good) => ({
    stop: (handle, options) =>
      Promise.race([good.stop(handle, { ...options, graceMs: Number.POSITIVE_INFINITY }), Promise.resolve()]),
  }),
  /** `stop` ends whatever has the attempt's name, as one that signals a recorded pid whose process has ended. */
  'stop-kills-strangers': (good, engine) => ({
    async stop(handle, options) {
      engine.vacate(String(handle.key));
      await good.stop(handle, options);
    },
  }),
  /** Aborting `stop` kills. */
  'stop-abort-kills': (good, engine) => ({
    async stop(handle, options) {
      try {
        await good.stop(handle, options);
      } catch (error) {
        engine.forget(String(handle.key));
        throw error;
      }
    },
  }),
  /** `stop` fails when there is nothing left to stop. */
  'stop-fails-when-gone': (good, engine) => ({
    async stop(handle, options) {
      await good.stop(handle, options);
      if (engine.byId(handle.id) === undefined) throw new Error(`No such object: ${handle.id}`);
    },
  }),
  /** `remove` leaves the object where it is. */
  'remove-forgets': () => ({ async remove() {} }),
  /** `remove` fails when there is nothing left to remove. */
  'remove-fails-when-gone': (good, engine) => ({
    async remove(handle, signal) {
      if (engine.byId(handle.id) === undefined) throw new Error(`No such object: ${handle.id}`);
      await good.remove(handle, signal);
    },
  }),
  /** `list` shows what belongs to others. */
  'list-shows-strangers': (_good, engine) => ({
    async *list() {
      for (const { id, key, createdAt } of engine.held()) {
        yield { key, handle: { v: 1, place: engine.place, id, key }, state: 'running' as const, createdAt };
      }
    },
  }),
  /** A log read from a cursor begins at the start again. */
  'logs-ignore-cursor': (good) => ({
    logs: (handle, { after: _, ...options }) => good.logs?.(handle, options) ?? (async function* () {})(),
  }),
  /** The handle cannot be written to a store. */
  'handle-not-plain': (good) => ({
    async prepare(launch, signal) {
      const handle = await good.prepare(launch, signal);
      return { ...handle, launch: () => launch };
    },
  }),
} as const satisfies Record<string, Break>;

/** Every rule that can be broken. */
export const scriptedFaults = Object.keys(faults) as Fault[];

export function withFaults(good: Scripted, engine: ScriptedEngine, broken: readonly Fault[]): Scripted {
  let executor = good;
  for (const fault of broken) executor = { ...executor, ...faults[fault](executor, engine) };
  return executor;
}

function unlessUnavailable<T>(answer: T): (error: unknown) => T {
  return (error) => {
    if (isRunyardError(error) && error.code === 'executor-unavailable') return answer;
    throw error;
  };
}

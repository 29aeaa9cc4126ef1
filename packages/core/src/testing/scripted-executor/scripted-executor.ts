import { rungWithin } from '../../adapters/shared/bell.ts';
import { ExecutorConflict, ExecutorUnavailable } from '../../domain/errors.ts';
import { AttemptFailed, AttemptMissing } from '../../domain/run/launch-errors.ts';
import type { Handle } from '../../domain/run/run.ts';
import type { Executor, Inspection } from '../../ports/executor.ts';
import type { ScriptedSpec } from './behaviour.ts';
import { type Fault, withFaults } from './faults.ts';
import type { ScriptedEngine } from './scripted-engine.ts';
import { nextChange, runsFrom, type ScriptedObject, stateAt } from './scripted-object.ts';
import { outputOf } from './scripted-output.ts';

export interface ScriptedExecutorOptions {
  name?: string;
  /** Rules that it breaks, to see that a test notices. */
  faults?: readonly Fault[];
}

/** An executor without any real engine: keeps every rule of the port, except those that it is told to break. */
export function scriptedExecutor(
  engine: ScriptedEngine,
  options: ScriptedExecutorOptions = {},
): Executor<ScriptedSpec> {
  const { clock, capacity } = engine;
  const now = (): number => clock.monotonic();

  const find = (handle: Handle): ScriptedObject | undefined => {
    if (handle.place !== engine.place) throw elsewhere(handle, engine.place);
    const object = engine.byId(handle.id);
    engine.ask(object);
    return object;
  };

  // Until the script, somebody's call or the engine changes something about it.
  const untilChange = async (object: ScriptedObject, until: number, signal: AbortSignal): Promise<void> => {
    const dark = darkEdges(object).filter((edge) => edge > now());
    await rungWithin(object.changes, Math.min(until, nextChange(object, now()), ...dark) - now(), { clock, signal });
  };

  const executor: Executor<ScriptedSpec> = {
    name: options.name ?? 'scripted',
    durable: true,

    async place() {
      engine.ask();
      return engine.place;
    },

    parseSpec: ({ command, image }) => ({ command, image }),

    async prepare(launch, signal) {
      engine.ask();
      if (engine.isStranger(launch.key)) throw conflict(launch.key);
      for (const object of engine.heldFor(launch.key)) {
        if (object.installation !== launch.installation) throw conflict(launch.key);
        if (object.startedAt.length > 0) return handleTo(object, engine);
        engine.change(object, (at) => {
          object.removedAt = at; // a late preparer of the same key now writes to what is gone
        });
      }
      const object = engine.create(launch);
      const { prepareMs = 0, prepareFails } = object.behaviour;
      for (const until = now() + prepareMs; now() < until; ) await clock.sleep(Math.min(until - now(), 30_000), signal);
      engine.ask();
      if (prepareFails !== undefined) {
        engine.change(object, (at) => {
          object.removedAt = at;
        });
        throw new AttemptFailed(prepareFails);
      }
      if (engine.byId(object.id) === undefined) throw overtaken(launch.key);
      return handleTo(object, engine);
    },

    async start(handle) {
      const object = find(handle);
      if (object === undefined) throw new AttemptMissing(`The scripted engine has no ${handle.key}.`);
      if (object.startedAt.length > 0) return;
      if (object.termAt !== null) throw new AttemptMissing(`${handle.key} was stopped before it was started.`);
      engine.change(object, (at) => object.startedAt.push(at));
    },

    async inspect(handle) {
      const object = find(handle);
      return object === undefined ? { state: 'missing' } : inspectionOf(object, now());
    },

    async wait(handle, { signal, onProgress }) {
      let told = '';
      for (;;) {
        signal.throwIfAborted();
        const object = find(handle);
        if (object === undefined) return { class: 'lost', sentence: 'The scripted engine knows it no more.' };
        const state = stateAt(object, now());
        const at = clock.now();
        if (state.state === 'waiting' && told !== 'waiting')
          onProgress({ state: 'waiting', sentence: state.sentence, at });
        if (state.state === 'running' && told !== 'running') onProgress({ state: 'running', phase: 'command', at });
        if (state.state === 'finished') {
          const ranFrom = runsFrom(object);
          if (told !== 'running' && ranFrom <= state.at) {
            onProgress({ state: 'running', phase: 'command', at: at - (now() - ranFrom) });
          }
          object.toldEnd ??= Math.round(at - (now() - state.at));
          return { ...state.outcome, endedAt: object.toldEnd };
        }
        told = state.state;
        await untilChange(object, Number.POSITIVE_INFINITY, signal);
      }
    },

    async stop(handle, { graceMs, signal }) {
      const deadline = now() + graceMs;
      for (;;) {
        const object = find(handle);
        if (object === undefined || stateAt(object, now()).state === 'finished') return;
        if (object.termAt === null) {
          engine.change(object, (at) => {
            object.termAt = at;
          });
        } else if (now() >= deadline) {
          engine.change(object, (at) => {
            object.killAt = at;
          });
        } else await untilChange(object, deadline, signal);
      }
    },

    async remove(handle) {
      const object = find(handle);
      if (object === undefined) return;
      engine.change(object, (at) => {
        object.killAt ??= at;
        object.removedAt = at;
      });
    },

    async *logs(handle, { after, follow = false, signal }) {
      for (let read = Number(after ?? 0); ; ) {
        signal.throwIfAborted();
        const object = find(handle);
        if (object === undefined) return;
        const lines = outputOf(object);
        const line = lines[read];
        if (line !== undefined && line.printedAt <= now()) {
          read++;
          yield line.chunk;
        } else if (!follow || stateAt(object, now()).state === 'finished') return;
        else await untilChange(object, line?.printedAt ?? Number.POSITIVE_INFINITY, signal);
      }
    },

    async *list(installation) {
      engine.ask();
      for (const object of engine.held()) {
        if (object.installation !== installation) continue;
        const { key, createdAt, gpus } = object;
        yield { key, handle: handleTo(object, engine), state: stateAt(object, now()).state, createdAt, gpus };
      }
    },

    ...(capacity !== undefined && {
      async capacity() {
        engine.ask();
        return capacity;
      },
    }),

    async close() {},
  };
  return withFaults(executor, engine, options.faults ?? []);
}

const handleTo = ({ id, key }: ScriptedObject, { place }: ScriptedEngine): Handle => ({ v: 1, place, id, key });

function inspectionOf(object: ScriptedObject, now: number): Inspection {
  const state = stateAt(object, now);
  return state.state === 'finished' ? { state: 'finished', outcome: state.outcome } : state;
}

// When it becomes impossible, and possible again, to ask about it.
function darkEdges({ startedAt: [started], behaviour: { unavailable } }: ScriptedObject): number[] {
  if (started === undefined || unavailable === undefined) return [];
  const from = started + unavailable.afterMs;
  return [from, from + unavailable.forMs];
}

const conflict = (key: string): ExecutorConflict =>
  new ExecutorConflict(`Something that is not ours has the name ${key}. Remove it by hand if it is no longer needed.`);

const overtaken = (key: string): ExecutorUnavailable =>
  new ExecutorUnavailable(`While ${key} was being prepared, somebody else prepared or removed it.`);

const elsewhere = ({ key, place }: Handle, asked: string): ExecutorUnavailable =>
  new ExecutorUnavailable(`Attempt ${key} lives at ${place}; this engine is ${asked}.`);

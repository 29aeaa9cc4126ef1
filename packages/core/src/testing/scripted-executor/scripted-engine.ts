import { Bell } from '../../adapters/shared/bell.ts';
import { ExecutorUnavailable } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Capacity, Launch } from '../../ports/executor.ts';
import type { Script, ScriptedSpec } from './behaviour.ts';
import { ranFor, type ScriptedObject, stateAt } from './scripted-object.ts';

export interface ScriptedEngineOptions {
  clock: Clock;
  script?: Script;
  /** Its verified identity. */
  place?: string;
  /** Where given, the executors publish it. */
  capacity?: Capacity;
}

/** One time that the user's code ran, in ms of the monotonic clock; `to` is null while it runs. */
export interface Execution {
  key: string;
  from: number;
  to: number | null;
  /** UUIDs of the GPUs that it saw. */
  gpus: readonly string[];
}

/**
 * The engine behind scripted executors: what outlives a host. Several executors over one engine are several hosts, or one that was
 * restarted. It can be made unreachable, and shows what ran, how often and what is left.
 */
export class ScriptedEngine {
  readonly clock: Clock;
  readonly place: string;
  readonly capacity: Capacity | undefined;
  /** May be replaced at any time; objects keep the behaviour that they were made with. */
  script: Script;
  /** All that were ever made, by key, in order; a long simulation makes a great many. */
  readonly #byKey = new Map<string, ScriptedObject[]>();
  /** By id, without those that were removed. */
  readonly #kept = new Map<string, ScriptedObject>();
  #made = 0;
  readonly #strangers = new Set<string>();
  #reachable = true;

  constructor(options: ScriptedEngineOptions) {
    this.clock = options.clock;
    this.script = options.script ?? (() => ({}));
    this.place = options.place ?? 'scripted-engine';
    this.capacity = options.capacity;
  }

  /** From now on every question ends with `ExecutorUnavailable`, those under way too. What runs goes on. */
  goAway(): void {
    this.#reachable = false;
    this.#ringAll();
  }

  comeBack(): void {
    this.#reachable = true;
    this.#ringAll();
  }

  /** Puts something that is not ours in the place of an attempt. */
  occupy(key: string): void {
    this.#strangers.add(key);
  }

  /** Takes it away again, as a person would, or an executor that should not. */
  vacate(key: string): void {
    this.#strangers.delete(key);
  }

  /** From now on it knows nothing of the attempt, as when somebody removed it by hand. */
  forget(key: string): void {
    for (const object of this.heldFor(key)) {
      this.change(object, (now) => {
        object.killAt ??= now;
        object.removedAt = now;
      });
    }
  }

  /** Every time that the user's code of this key, or of all, ran. More than one for a key breaks our first promise. */
  executions(key?: string): Execution[] {
    const now = this.clock.monotonic();
    const objects = key === undefined ? [...this.#byKey.values()].flat() : (this.#byKey.get(key) ?? []);
    return objects.flatMap((object) => executionsOf(object, now));
  }

  /** What the engine still holds. */
  left(): { key: string; state: string }[] {
    return this.held().map((object) => ({ key: object.key, state: stateAt(object, this.clock.monotonic()).state }));
  }

  // What follows is for executors.

  /** Throws where the engine, or this object, cannot be asked now. */
  ask(object?: ScriptedObject): void {
    if (!this.#reachable) throw new ExecutorUnavailable('The scripted engine was told to be away.');
    if (object !== undefined && isDark(object, this.clock.monotonic())) {
      throw new ExecutorUnavailable(`The script says that ${object.key} cannot be asked about now.`);
    }
  }

  isStranger(key: string): boolean {
    return this.#strangers.has(key);
  }

  /** Objects that were not removed and did not vanish, in the order in which they were made. */
  held(): ScriptedObject[] {
    return [...this.#kept.values()].filter((object) => this.#isHeld(object));
  }

  heldFor(key: string): ScriptedObject[] {
    return (this.#byKey.get(key) ?? []).filter((object) => this.#isHeld(object));
  }

  byId(id: unknown): ScriptedObject | undefined {
    const object = this.#kept.get(String(id));
    return object !== undefined && this.#isHeld(object) ? object : undefined;
  }

  create(launch: Launch<ScriptedSpec>): ScriptedObject {
    const { key, installation, gpus = [] } = launch;
    const earlier = this.#byKey.get(key) ?? [];
    const object: ScriptedObject = {
      id: `object-${++this.#made}`,
      key,
      installation,
      gpus,
      behaviour: this.script(launch, earlier.length),
      createdAt: this.clock.now(),
      startedAt: [],
      termAt: null,
      killAt: null,
      removedAt: null,
      toldEnd: null,
      changes: new Bell(),
    };
    this.#byKey.set(key, [...earlier, object]);
    this.#kept.set(object.id, object);
    return object;
  }

  /** Changes an object and wakes everyone who watches it. */
  change(object: ScriptedObject, act: (now: number) => void): void {
    if (this.#isHeld(object)) act(this.clock.monotonic());
    if (object.removedAt !== null) this.#kept.delete(object.id);
    object.changes.ring();
  }

  #isHeld(object: ScriptedObject): boolean {
    return stateAt(object, this.clock.monotonic()).state !== 'missing';
  }

  #ringAll(): void {
    for (const { changes } of this.#kept.values()) changes.ring();
  }
}

// Started a second time, it runs a second time: that is what a faulty executor is caught by.
function executionsOf(object: ScriptedObject, now: number): Execution[] {
  const ran = ranFor(object);
  if (ran === null || ran.from > now) return [];
  const to = ran.to > now ? null : ran.to;
  const { key, gpus, startedAt } = object;
  const [first = ran.from, ...again] = startedAt;
  return [{ key, from: ran.from, to, gpus }, ...again.map((at) => ({ key, from: at + ran.from - first, to, gpus }))];
}

function isDark({ startedAt, behaviour }: ScriptedObject, now: number): boolean {
  const [started] = startedAt;
  if (started === undefined || behaviour.unavailable === undefined) return false;
  const from = started + behaviour.unavailable.afterMs;
  return now >= from && now < from + behaviour.unavailable.forMs;
}

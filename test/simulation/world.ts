import { setImmediate } from 'node:timers/promises';
import { memoryLogStore } from '../../packages/core/src/adapters/memory-log-store/memory-log-store.ts';
import { memoryStore } from '../../packages/core/src/adapters/memory-store/memory-store.ts';
import type { LogStore } from '../../packages/core/src/ports/log-store.ts';
import type { Store } from '../../packages/core/src/ports/store.ts';
import type { Runyard } from '../../packages/core/src/services/runyard.ts';
import { ManualClock } from '../../packages/core/src/testing/manual-clock/manual-clock.ts';
import { ScriptedEngine } from '../../packages/core/src/testing/scripted-executor/scripted-engine.ts';
import { behaviours } from './behaviours.ts';
import { noFaults, type StoreFaults } from './faulty-store.ts';
import { type History, newHistory, stamp } from './history.ts';
import type { Life } from './life.ts';
import { type Random, randomOf } from './random.ts';

/** Everything that outlives a process, and what is wrong with it now. */
export interface World {
  readonly seed: number;
  readonly random: Random;
  readonly clock: ManualClock;
  readonly history: History;
  /** Without faults: for the driver and the checks. */
  readonly store: Store;
  readonly faults: StoreFaults;
  readonly logStore: LogStore;
  /** Gives whatever is asked for. */
  readonly wide: ScriptedEngine;
  /** Has a capacity. */
  readonly narrow: ScriptedEngine;
  /** Of executors whose attempts die with their process, one for each process that ever was. */
  readonly mortal: ScriptedEngine[];
  readonly instances: Instance[];
  /** Processes that were ever started. */
  started: number;
  /** Runs that nobody looked after in a world that was well again. */
  readonly forgotten: string[];
  /** What is wrong already: faults of ours, refusals that nobody may get. */
  readonly problems: string[];
  /** What may happen in this world. */
  readonly profile: Profile;
}

/** A host process with a Runyard in it. */
export interface Instance {
  readonly name: string;
  readonly life: Life;
  /** null until it is up. */
  runyard: Runyard | null;
  /** Closing, by the rules. */
  closing: Promise<void> | null;
}

export interface Profile {
  instances: number;
  /** The wall clock is set. Then no schedule is edited, since nobody could tell which instants were due. */
  clockJumps: boolean;
  storeFaults: boolean;
  outages: boolean;
  freezes: boolean;
  /** Runs are abandoned, and jobs may assume that what is silent is gone. */
  forsakes: boolean;
  /** Calls to executors arrive twice now and then. */
  repeats: boolean;
  kills: boolean;
  /** Processes are closed by the rules, and started again. */
  closes: boolean;
  /** Nothing goes wrong at all. */
  calm: boolean;
}

export const narrowCapacity = {
  cpu: 2,
  memoryBytes: 4 * 2 ** 30,
  gpus: [1, 2].map((n) => ({ uuid: `GPU-${n}`, model: 'Scripted', memoryBytes: 2 ** 30 })),
};

const begin = Date.UTC(2024, 0, 1, 10, 0, 17);

export const newWorld = (seed: number): World => {
  const random = randomOf(`world ${seed}`);
  const clock = new ManualClock({ now: begin, traceSleeps: false, settle: turn });
  const history = newHistory(begin);
  const calm = random.chance(0.1);
  const script = behaviours(seed, history);
  return {
    seed,
    random,
    clock,
    history,
    store: memoryStore({ installation: 'ab'.repeat(16) }),
    faults: noFaults(),
    logStore: memoryLogStore(),
    wide: new ScriptedEngine({ clock, script, place: 'wide' }),
    narrow: new ScriptedEngine({ clock, script, place: 'narrow', capacity: narrowCapacity }),
    mortal: [],
    instances: [],
    started: 0,
    forgotten: [],
    problems: [],
    profile: {
      calm,
      closes: !calm,
      instances: random.weighted([
        [3, 1],
        [3, 2],
        [2, 3],
      ]),
      clockJumps: !calm && random.chance(0.3),
      storeFaults: !calm && random.chance(0.6),
      outages: !calm && random.chance(0.6),
      freezes: !calm && random.chance(0.4),
      forsakes: !calm && random.chance(0.3),
      repeats: !calm && random.chance(0.5),
      kills: !calm && random.chance(0.85),
    },
  };
};

// Everything here lives in memory, so one turn of the event loop is enough, and one more for what waits for the next on purpose.
const turn = async (): Promise<void> => {
  await setImmediate();
  await setImmediate();
};

/** One line of what happens, with when it happens. */
export const note = ({ clock, history }: World, line: string): void => {
  const at = { mono: clock.monotonic(), wall: clock.now() };
  history.trace.push(() => `${stamp(at)} ${line}`);
};

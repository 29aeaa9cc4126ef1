import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionExecutor } from '../../adapters/function-executor/function-executor.ts';
import { memoryLogStore } from '../../adapters/memory-log-store/memory-log-store.ts';
import { memoryStore } from '../../adapters/memory-store/memory-store.ts';
import { createRunyard } from '../../create-runyard.ts';
import type { RunyardOptions } from '../../services/options.ts';
import type { Runyard } from '../../services/runyard.ts';
import { EventRecorder } from '../event-recorder/event-recorder.ts';
import { ManualClock } from '../manual-clock/manual-clock.ts';
import type { Script } from '../scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../scripted-executor/scripted-executor.ts';
import { seededEntropy } from '../seeded-entropy/seeded-entropy.ts';

export interface TestRunyardOptions extends Omit<RunyardOptions, 'clock' | 'dataDir'> {
  /** A clock to share, with a Runyard before or beside this one. */
  clock?: ManualClock;
  /** How attempts behave. Default: each exits 0 at once. */
  script?: Script;
  /** Where the wall clock starts, epoch ms. Default 2024-01-01. */
  now?: number;
}

export interface TestRunyard extends AsyncDisposable {
  runyard: Runyard;
  /** Nothing is due, times out or is retried until a test moves it. */
  clock: ManualClock;
  /** What the jobs of the executor `scripted` run on. */
  engine: ScriptedEngine;
  /** Everything that happened since the start. */
  events: EventRecorder;
}

// A test may move the clock by days while a real store needs its milliseconds: that is not the store's fault.
const noHurry = { storeTimeoutMs: 2 ** 40, storeSlowMs: 2 ** 40 };

// Two in one test must not make the same ids.
let made = 0;

/**
 * A whole Runyard for a test: in memory, on a manual clock, with a scripted executor as the default, and `function` for what
 * `runyard.define` is given. Give `executors` to test your own beside them. Dispose of it with `await using`.
 */
export const testRunyard = async ({
  script,
  now,
  clock: given,
  executors,
  ...options
}: TestRunyardOptions = {}): Promise<TestRunyard> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-test-'));
  const clock = given ?? new ManualClock(now === undefined ? {} : { now });
  const engine = new ScriptedEngine({ clock, ...(script && { script }) });
  const runyard = await createRunyard({
    store: memoryStore(),
    logStore: memoryLogStore(),
    entropy: seededEntropy(++made),
    ...options,
    timings: { ...noHurry, ...options.timings },
    executors: { scripted: scriptedExecutor(engine), function: functionExecutor(), ...executors },
    clock,
    dataDir,
  });
  const events = new EventRecorder(runyard);
  return {
    runyard,
    clock,
    engine,
    events,
    async [Symbol.asyncDispose]() {
      events.dispose();
      await runyard.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

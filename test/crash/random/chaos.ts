import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomOf } from '../../simulation/random.ts';
import { check, countsOf } from '../checker/check.ts';
import type { History, Schedule, Violation } from '../checker/history.ts';
import { type Recorded, untilTrue } from '../host/read-back.ts';
import type { HostSetup } from '../host/setup.ts';
import { toStoreTime } from '../host/store-time.ts';
import { readSaid } from '../jobs/executions.ts';
import { leftOfAttempts } from '../leftovers.ts';
import { randomJob } from './random-jobs.ts';
import { newSlot, type Slot } from './slot.ts';
import { type Torment, torment } from './torment.ts';

export interface Chaos {
  seed: number;
  /** How long hosts are tormented, real ms. */
  forMs: number;
  jobs: number;
  hosts: number;
}

export interface Result {
  violations: Violation[];
  counts: Record<string, number>;
  history: History;
}

const factor = 60;

/** Hosts with many scheduled jobs at 60 × store time, tormented for a while and then left in peace until all is over; and what is to be said of it. */
export const chaos = async ({ seed, forMs, jobs, hosts }: Chaos): Promise<Result> => {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-chaos-'));
  try {
    const storeTime = { origin: Date.now(), factor };
    const setups = Array.from(
      { length: hosts },
      (_, n): HostSetup => ({
        dataDir: join(dir, `host-${n}`),
        database: null,
        storeTime,
        leaseMs,
        shared: null,
      }),
    );
    const slots = setups.map((setup) => newSlot(setup));
    const file = join(dir, 'said');
    const schedules = await saveJobs(slots, randomOf(`jobs ${seed}`), { jobs, file });
    const done: Record<string, number> = {};
    const over = AbortSignal.timeout(forMs);
    await Promise.all(
      slots.map((slot, n) =>
        torment(slot, randomOf(`host ${n} of ${seed}`), { kinds: alone, leaseMs, factor }, done, over),
      ),
    );
    const until = toStoreTime(storeTime, Date.now());
    const recorded = await letEnd(slots, until, join(dir, 'recorded'));
    const left = whatIsLeft(slots);
    const faults = slots.flatMap((slot) => slot.faults);
    const history: History = { storeTime, schedules, until, recorded, said: readSaid(file), left, faults };
    return { violations: check(history), counts: { ...countsOf(history), ...done }, history };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

const leaseMs = 3000;

const alone: readonly (readonly [number, Torment])[] = [
  [4, 'kill'],
  [5, 'die'],
  [1, 'close'],
];

const saveJobs = async (
  slots: readonly Slot[],
  random: ReturnType<typeof randomOf>,
  { jobs, file }: { jobs: number; file: string },
): Promise<Schedule[]> => {
  const [first] = slots;
  const storeTime = first?.setup.storeTime;
  if (!first || !storeTime) return [];
  const host = await first.up();
  const made = Array.from({ length: jobs }, (_, n) => randomJob(n, random, { file, factor, executors: ['process'] }));
  const ids = await host.call(
    'apply',
    made.map(({ input }) => input),
  );
  const from = toStoreTime(storeTime, Date.now());
  return made.map(({ expected }, n) => ({ ...expected, jobId: ids[n] ?? '', from }));
};

// Everything that was due is fired, everything that was begun ends, and what is recorded is read.
const letEnd = async (slots: readonly Slot[], until: number, file: string): Promise<Recorded> => {
  const hosts = await Promise.all(slots.map((slot) => slot.up()));
  const [host] = hosts;
  await host?.call('accountFor', until, patienceMs);
  await host?.call('pauseAll');
  await host?.call('quiet', patienceMs);
  await host?.call('record', file);
  // The sweeper comes round every few seconds of real time.
  await untilTrue(patienceMs, async () => whatIsLeft(slots).length === 0);
  for (const one of hosts) await one.close();
  return JSON.parse(readFileSync(file, 'utf8'));
};

const patienceMs = 60_000;

const whatIsLeft = (slots: readonly Slot[]): string[] =>
  slots.flatMap(({ setup: { dataDir } }) => leftOfAttempts(dataDir, [dataDir]));

import { mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { History, Schedule } from '../checker/history.ts';
import { startDatabase, type TestDatabase } from '../database.ts';
import { type Recorded, untilTrue } from '../host/read-back.ts';
import type { StoreTime } from '../host/setup.ts';
import { toStoreTime } from '../host/store-time.ts';
import { readSaid } from '../jobs/executions.ts';
import { leftOfAttempts } from '../leftovers.ts';
import type { RandomJob } from './random-jobs.ts';
import { newSlot, type Slot } from './slot.ts';

/** A store in which time runs 60 × as fast, and the machines whose hosts share it. */
export interface World extends AsyncDisposable {
  readonly storeTime: StoreTime;
  readonly slots: readonly Slot[];
  /** null: SQLite. */
  readonly server: TestDatabase | null;
  /** What jobs may name. */
  readonly executors: readonly string[];
  /** What jobs append their lines to. */
  readonly file: string;
  save(jobs: readonly RandomJob[]): Promise<void>;
  /** Lets everything that was due until now be fired, and everything that was begun end; then nothing runs any more. */
  end(): Promise<History>;
}

export const newWorld = async ({ hosts, on }: { hosts: number; on: string }): Promise<World> => {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-world-'));
  const storeTime = { origin: Date.now(), factor: 60 };
  const server = on === 'postgres' ? await startDatabase(storeTime) : null;
  const shared = server && join(dir, 'shared');
  if (shared) mkdirSync(shared);
  const database = server?.database ?? null;
  const slots = Array.from({ length: hosts }, (_, n) =>
    newSlot({ dataDir: join(dir, `host-${n}`), database, storeTime, leaseMs, shared, dieAt: null }),
  );
  const file = join(dir, 'said');
  const schedules: Schedule[] = [];
  const now = (): number => toStoreTime(storeTime, Date.now());
  return {
    storeTime,
    server,
    executors: shared ? ['process', 'shared'] : ['process'],
    slots,
    file,
    async save(jobs) {
      const host = await slots[0]?.up();
      const ids = await host?.call(
        'apply',
        jobs.map(({ input }) => input),
      );
      const from = now();
      schedules.push(...jobs.map(({ expected }, n) => ({ ...expected, jobId: ids?.[n] ?? '', from })));
    },
    async end() {
      const until = now();
      const recorded = await letEnd(slots, until, join(dir, 'recorded'));
      const left = whatIsLeft(slots);
      const unfenced = (await server?.unfenced()) ?? [];
      const faults = slots.flatMap((slot) => slot.faults);
      return { storeTime, schedules, until, recorded, said: readSaid(file), left, unfenced, faults };
    },
    async [Symbol.asyncDispose]() {
      for (const slot of slots) await slot.away();
      await server?.[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

/** Real ms. */
export const leaseMs = 3000;

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
  slots.flatMap(({ setup: { dataDir, shared } }) => [
    ...leftOfAttempts(dataDir, [dataDir]),
    ...(shared === null ? [] : leftOfAttempts(shared, [shared])),
  ]);

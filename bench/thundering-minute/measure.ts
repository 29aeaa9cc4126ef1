import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender, Heard } from './contender.ts';
import { loopProbe, memoryProbe, residentMb, type Spread, spreadOf } from './probe.ts';

/** What one library did with one size. Lateness is in ms behind the minute, memory in MB of this process alone. */
export interface Fired {
  registerMs: number;
  recorded: Spread;
  called: Spread;
  ended: Spread;
  /** Calls of a handler beyond the first for the same schedule. */
  twice: number;
  /** The longest that the event loop was held up: before the minute, until all was recorded, and until the last call and end. */
  idleBlockMs: number;
  recordingBlockMs: number;
  longestBlockMs: number;
  registeredMb: number;
  peakMb: number;
}

export interface Idle {
  registerMs: number;
  residentMb: number;
  /** Of one core. */
  cpuShare: number;
}

/** How long a library gets from the minute on: until the next one would come. */
const patienceMs = 55_000;
/** As above for the ends of Runyard's runs, which nobody else is measured on. */
const endsPatienceMs = 240_000;
const quietMs = 5000;
const idleMs = 20_000;

/** All schedules in the same minute. */
export const fire = async (contender: Contender, size: number, url: string): Promise<Fired> => {
  const minute = minuteAhead(contender, size);
  const seen = watch(size, minute.at);
  const from = performance.now();
  const opened = await contender.register({ size, cron: minute.cron, url, heard: seen });
  const registerMs = performance.now() - from;
  const left = minute.at - quietMs - Date.now();
  if (left < 0)
    throw new Error(`registering ${size} schedules took ${Math.round(registerMs)} ms, longer than was guessed`);

  await sleep(left);
  const registeredMb = residentMb();
  const loop = loopProbe();
  await sleep(minute.at - 500 - Date.now());
  const idleBlockMs = loop.longestMs();
  loop.reset();
  const memory = memoryProbe();
  let recordingBlockMs = Number.NaN;
  seen.allRecorded.then(() => {
    recordingBlockMs = loop.longestMs();
  });
  await Promise.race([seen.allCalled, sleep(minute.at + patienceMs - Date.now())]);
  const called = spreadOf(seen.lateness.called);
  if (seen.lateness.recorded.length > 0)
    await Promise.race([seen.allEnded, sleep(minute.at + endsPatienceMs - Date.now())]);
  const result: Fired = {
    registerMs,
    recorded: spreadOf(seen.lateness.recorded),
    called,
    ended: spreadOf(seen.lateness.ended),
    twice: seen.twice(),
    idleBlockMs,
    recordingBlockMs,
    longestBlockMs: loop.longestMs(),
    registeredMb,
    peakMb: memory.peakMb(),
  };
  loop.stop();
  memory.stop();
  await opened.close?.();
  return result;
};

/** The first full minute that leaves time to register, and its expression. */
const minuteAhead = ({ registersPerSecond }: Contender, size: number): { at: number; cron: string } => {
  const ready = Date.now() + 5000 + (size / registersPerSecond) * 1000 + quietMs;
  const at = Math.ceil(ready / 60_000) * 60_000;
  const date = new Date(at);
  return { at, cron: `${date.getUTCMinutes()} ${date.getUTCHours()} * * *` };
};

const watch = (size: number, minute: number) => {
  const lateness = { recorded: [] as number[], called: [] as number[], ended: [] as number[] };
  const known = new Uint8Array(size);
  const records = Promise.withResolvers<void>();
  const calls = Promise.withResolvers<void>();
  const ends = Promise.withResolvers<void>();
  let twice = 0;
  return {
    lateness,
    twice: () => twice,
    allRecorded: records.promise,
    allCalled: calls.promise,
    allEnded: ends.promise,
    called(schedule: number): void {
      if (known[schedule]) {
        twice++;
        return;
      }
      known[schedule] = 1;
      if (lateness.called.push(Date.now() - minute) === size) calls.resolve();
    },
    recorded(): void {
      if (lateness.recorded.push(Date.now() - minute) === size) records.resolve();
    },
    ended(): void {
      if (lateness.ended.push(Date.now() - minute) === size) ends.resolve();
    },
  } satisfies Heard & Record<string, unknown>;
};

/** Registered, and nothing due. */
export const idle = async (contender: Contender, size: number, url: string): Promise<Idle> => {
  const heard: Heard = { called() {}, recorded() {}, ended() {} };
  const from = performance.now();
  const opened = await contender.register({ size, cron: '0 0 1 1 *', url, heard });
  const registerMs = performance.now() - from;
  await sleep(quietMs);
  const cpu = process.cpuUsage();
  await sleep(idleMs);
  const { user, system } = process.cpuUsage(cpu);
  const result = { registerMs, residentMb: residentMb(), cpuShare: (user + system) / 1000 / idleMs };
  await opened.close?.();
  return result;
};

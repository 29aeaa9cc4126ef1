// One library at one size, in a process of its own: `child.ts <library> <size> fire|idle`. Sends what it measured to its parent.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Heard } from './contender.ts';
import { contenders } from './libraries/all.ts';
import { loopProbe, memoryProbe, type Spread, spreadOf } from './probe.ts';

export interface Fired {
  registerMs: number;
  /** Resident memory once all is registered, and the most that it was from then on. */
  registeredMb: number;
  peakMb: number;
  idleBlockMs: number;
  longestBlockMs: number;
  recorded: Spread;
  called: Spread;
  ended: Spread;
  cpuMs: number;
}

export interface Idle {
  registerMs: number;
  registeredMb: number;
  /** Of one core. */
  cpuShare: number;
}

const [name = '', sizeText = '0', mode = 'fire'] = process.argv.slice(2);
const size = Number(sizeText);
const contender = contenders[name as keyof typeof contenders];

/** How long a library gets from the minute on. */
const patienceMs = 55_000;
const quietMs = 5000;
const idleMs = 20_000;

/** The first full minute behind the registration, and its cron expression. */
const minuteAhead = (): { at: number; cron: string } => {
  const ready = Date.now() + (size / contender.registersPerSecond) * 1000 + quietMs + 3000;
  const at = Math.ceil(ready / 60_000) * 60_000;
  const date = new Date(at);
  return { at, cron: `${date.getUTCMinutes()} ${date.getUTCHours()} * * *` };
};

const fire = async (): Promise<Fired> => {
  const minute = minuteAhead();
  const seen = { recorded: [] as number[], called: [] as number[], ended: [] as number[] };
  const all = Promise.withResolvers<void>();
  const wantsEnds = name === 'runyard';
  const note = (list: number[]) => (): void => {
    list.push(Date.now() - minute.at);
    if (seen.called.length >= size && (!wantsEnds || seen.ended.length >= size)) all.resolve();
  };
  const heard: Heard = { recorded: note(seen.recorded), called: note(seen.called), ended: note(seen.ended) };

  const from = performance.now();
  const opened = await contender.register(size, minute.cron, heard);
  const registerMs = performance.now() - from;
  if (Date.now() > minute.at - quietMs)
    throw new Error(`${name}: registering ${size} schedules took ${Math.round(registerMs)} ms, longer than was guessed.`);

  globalThis.gc?.();
  await sleep(minute.at - quietMs - Date.now());
  const registeredMb = process.memoryUsage.rss() / 1e6;
  const loop = loopProbe();
  await sleep(minute.at - 1000 - Date.now());
  const idleBlockMs = loop.longestMs();
  const memory = memoryProbe();
  loop.reset();
  const cpu = process.cpuUsage();
  const late = setTimeout(all.resolve, minute.at + patienceMs - Date.now());
  if (size > 0) await all.promise;
  else await sleep(minute.at + 2000 - Date.now());
  clearTimeout(late);
  const longestBlockMs = loop.longestMs();
  const { user, system } = process.cpuUsage(cpu);
  const result = {
    registerMs,
    registeredMb,
    peakMb: memory.peakMb(),
    idleBlockMs,
    longestBlockMs,
    recorded: spreadOf(seen.recorded),
    called: spreadOf(seen.called),
    ended: spreadOf(seen.ended),
    cpuMs: (user + system) / 1000,
  };
  memory.stop();
  loop.stop();
  await opened.close();
  return result;
};

const idle = async (): Promise<Idle> => {
  const from = performance.now();
  const opened = await contender.register(size, '0 0 1 1 *', { called: () => {} });
  const registerMs = performance.now() - from;
  globalThis.gc?.();
  await sleep(quietMs);
  const cpu = process.cpuUsage();
  await sleep(idleMs);
  const { user, system } = process.cpuUsage(cpu);
  const registeredMb = process.memoryUsage.rss() / 1e6;
  await opened.close();
  return { registerMs, registeredMb, cpuShare: (user + system) / 1000 / idleMs };
};

const result = mode === 'idle' ? await idle() : await fire();
if (process.send) process.send(result, () => process.exit());
else console.log(JSON.stringify(result, null, 1));

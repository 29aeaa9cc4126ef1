// node bench/lateness/main.ts [minutes, default 10] [schedules, default 1000]
//
// How late runs are in real time: schedules of every minute in mixed zones, whose functions do nothing, on SQLite at full sync.
// "recorded": the run and its row in the ledger were durable and its event came. "called": the function was called.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRunyard, functionExecutor } from '@runyard/core';
import { inParallel } from '../in-parallel.ts';
import { loopProbe, type Spread, spreadOf } from '../thundering-minute/probe.ts';

const minutes = Number(process.argv[2] ?? 10);
const schedules = Number(process.argv[3] ?? 1000);
const aimMs = 100;
const minuteMs = 60_000;
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Asia/Kathmandu'];

const recorded: number[] = [];
const called: number[] = [];
const minuteOf = (instant: number): number => Math.floor(instant / minuteMs) * minuteMs;

let counting = false;

const dir = await mkdtemp(join(tmpdir(), 'runyard-bench-'));
const nothing = (): void => {
  const now = Date.now();
  if (counting) called.push(now - minuteOf(now));
};
const runyard = await createRunyard({
  dataDir: dir,
  executors: { function: functionExecutor({ functions: { nothing } }) },
});
try {
  await inParallel(schedules, 50, (index) =>
    runyard.jobs.create({
      name: `job-${index}`,
      command: ['nothing'],
      schedule: { cron: '* * * * *', timezone: zones[index % zones.length] },
    }),
  );
  // From the middle of one minute to the middle of another, so that no burst is cut.
  await sleep(minuteOf(Date.now()) + 1.5 * minuteMs - Date.now());
  counting = true;
  runyard.on('occurrence.recorded', ({ occurrence }) => recorded.push(Date.now() - occurrence.from));
  const loop = loopProbe();
  await sleep(minutes * minuteMs);
  counting = false;
  console.log(
    `node ${process.version}: ${schedules} schedules of every minute in ${zones.length} zones, ${minutes} minutes`,
  );
  show('recorded', spreadOf(recorded));
  show('called', spreadOf(called));
  console.log(`longest block of the event loop ${loop.longestMs().toFixed(1)} ms`);
  loop.stop();
} finally {
  await runyard.close();
  await rm(dir, { recursive: true, force: true });
}

function show(what: string, { count, p50, p99, max }: Spread): void {
  const aim = what === 'recorded' ? `   (aim: p99 under ${aimMs} ms)` : '';
  const all = `${count} of ${minutes * schedules}`;
  console.log(`${what.padEnd(10)} p50 ${p50} ms   p99 ${p99} ms   max ${max} ms   ${all}${aim}`);
}

// node test/simulation/main.ts [--seeds 500] [--from 1] [--steps 200] [--jobs 1] [--stop-at-first]
// SEED=n node test/simulation/main.ts: replays one seed, with everything that happened in it.
import { fork } from 'node:child_process';
import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    steps: { type: 'string', default: '200' },
    /** Processes to share the seeds among. */
    jobs: { type: 'string', default: '1' },
    'stop-at-first': { type: 'boolean', default: false },
  },
});
const [seeds, from, steps, jobs] = [values.seeds, values.from, values.steps, values.jobs].map(Number) as [
  number,
  number,
  number,
  number,
];

// Whole before the process exits, also into a pipe.
const print = (text: string): void => {
  for (let left = Buffer.from(`${text}\n`); left.length > 0; ) left = left.subarray(writeSync(1, left));
};

interface Tally {
  runs: number;
  failed: number;
}

const replay = async (seed: number): Promise<Tally> => {
  const { trace, violations, profile, runs } = await simulate(seed, steps);
  print(trace.map((line) => line()).join('\n'));
  print(JSON.stringify(profile));
  print(violations.length === 0 ? 'no promise was broken' : violations.join('\n'));
  return { runs, failed: violations.length };
};

const search = async (first: number, count: number): Promise<Tally> => {
  const tally = { runs: 0, failed: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const { runs, violations } = await simulate(seed, steps);
    tally.runs += runs;
    if (violations.length === 0) continue;
    tally.failed++;
    print(`SEED=${seed} (${violations.length}) ${violations.slice(0, 3).join(' | ')}`);
    if (values['stop-at-first']) break;
  }
  return tally;
};

/** A child takes so many seeds: what dead processes leave behind (a timer of a close that never ended) goes with it. */
const perChild = 250;

const share = async (): Promise<Tally> => {
  const chunks = Array.from({ length: Math.ceil(seeds / perChild) }, (_, n) => {
    const first = from + n * perChild;
    return { first, count: Math.min(perChild, from + seeds - first) };
  });
  const tallies: Tally[] = [];
  const worker = async (): Promise<void> => {
    for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) tallies.push(await inChild(chunk));
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return { runs: sum(tallies.map(({ runs }) => runs)), failed: sum(tallies.map(({ failed }) => failed)) };
};

const inChild = ({ first, count }: { first: number; count: number }): Promise<Tally> => {
  const given = ['--seeds', String(count), '--from', String(first), '--steps', String(steps)];
  const child = fork(import.meta.filename, given, { env: { ...process.env, SIMULATION_CHILD: '1' } });
  let tally: Tally = { runs: 0, failed: 1 };
  child.on('message', (told) => {
    tally = told as Tally;
  });
  return new Promise((resolve) => child.on('exit', () => resolve(tally)));
};

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const began = performance.now();
const { SEED, SIMULATION_CHILD } = process.env;
const tally = SEED !== undefined ? await replay(Number(SEED)) : jobs > 1 ? await share() : await search(from, seeds);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
if (SIMULATION_CHILD) await new Promise((sent) => process.send?.(tally, sent));
else if (SEED === undefined)
  print(`${seeds} seeds of ${steps} steps, ${tally.runs} runs, ${seconds} s: ${tally.failed} failed`);
// A process that was killed in the simulation may have left a timer.
process.exit(tally.failed === 0 ? 0 : 1);

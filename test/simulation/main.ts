// node test/simulation/main.ts [--seeds 500] [--from 1] [--steps 200] [--stop-at-first]
// SEED=n node test/simulation/main.ts: replays one seed, with everything that happened in it.
import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    every: { type: 'string', default: '1' },
    steps: { type: 'string', default: '200' },
    'stop-at-first': { type: 'boolean', default: false },
  },
});
// Whole before the process exits, also into a pipe.
const print = (text: string): void => {
  for (let left = Buffer.from(`${text}\n`); left.length > 0; ) left = left.subarray(writeSync(1, left));
};

const steps = Number(values.steps);
const one = process.env.SEED;

if (one !== undefined) {
  const { trace, violations, profile } = await simulate(Number(one), steps);
  print(trace.map((line) => line()).join('\n'));
  print(JSON.stringify(profile));
  print(violations.length === 0 ? 'no promise was broken' : violations.join('\n'));
  process.exit(violations.length === 0 ? 0 : 1);
}

const began = performance.now();
let failed = 0;
let runs = 0;
const first = Number(values.from);
for (let seed = first; seed < first + Number(values.seeds); seed += Number(values.every)) {
  const result = await simulate(seed, steps);
  runs += result.runs;
  if (result.violations.length === 0) continue;
  failed++;
  print(`SEED=${seed} (${result.violations.length}) ${result.violations.slice(0, 3).join(' | ')}`);
  if (values['stop-at-first']) break;
}
const seconds = (performance.now() - began) / 1000;
print(`${values.seeds} seeds of ${steps} steps, ${runs} runs, ${seconds.toFixed(1)} s: ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

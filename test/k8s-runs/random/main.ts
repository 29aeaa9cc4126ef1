// `pnpm k8s:random --runs 600 --width 12 --seed 7 --every 3000`: the random test of runs on a cluster, for as long as one likes.
import { parseArgs } from 'node:util';
import { randomRuns } from './random-runs.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '600' },
    width: { type: 'string', default: '12' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    every: { type: 'string', default: '3000' },
  },
});
const from = performance.now();
const result = await randomRuns({
  runs: Number(values.runs),
  width: Number(values.width),
  seed: Number(values.seed),
  everyMs: Number(values.every),
});
console.log(`seed ${values.seed}`, result, `${((performance.now() - from) / 1000).toFixed(0)} s`);
if (result.wrong.length + result.left.length > 0 || result.ended < Number(values.runs)) process.exitCode = 1;

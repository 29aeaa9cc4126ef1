// `pnpm gpus --runs 1000 --width 12 --seed 7 --kill-every 15000`: the random test of GPU leases, for as long as one likes.
import { parseArgs } from 'node:util';
import { randomGpus } from './random-gpus.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    width: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    'kill-every': { type: 'string' },
  },
});
const from = performance.now();
const result = await randomGpus({
  runs: Number(values.runs),
  width: Number(values.width),
  seed: Number(values.seed),
  killEveryMs: values['kill-every'] === undefined ? null : Number(values['kill-every']),
});
console.log(result, `${((performance.now() - from) / 1000).toFixed(0)} s`);
if (result.wrong.length + result.left.length > 0 || result.succeeded < result.runs) process.exitCode = 1;

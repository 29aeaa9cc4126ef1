// `node test/secrets/main.ts --runs 200`: the search for secrets after as many runs as one likes.
import { parseArgs } from 'node:util';
import { searchAfterRuns } from './search-after-runs.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '200' } } });
const from = performance.now();
const result = await searchAfterRuns({ runs: Number(values.runs) });
console.log(result, `${((performance.now() - from) / 1000).toFixed(0)} s`);
if (result.seen.length > 0) process.exitCode = 1;

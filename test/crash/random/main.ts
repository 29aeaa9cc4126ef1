// pnpm crash [--minutes 10] [--seed n] [--store sqlite|postgres] [--hosts 1|3] [--jobs 20] [--keep]
// Prints what it saw. What it knows is kept in a file where a promise was broken, with `--keep` in any case.
import { parseArgs } from 'node:util';
import { chaos } from './chaos.ts';
import { keep } from './keep.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    store: { type: 'string', default: 'postgres' },
    hosts: { type: 'string' },
    jobs: { type: 'string', default: '20' },
    keep: { type: 'boolean', default: false },
  },
});

const seed = Number(values.seed);
const on = values.store === 'sqlite' ? 'sqlite' : 'postgres';
console.log(`seed ${seed}`);
const result = await chaos({
  seed,
  forMs: Number(values.minutes) * 60_000,
  on,
  hosts: Number(values.hosts ?? (on === 'postgres' ? 3 : 1)),
  jobs: Number(values.jobs),
});
const { violations, counts } = result;
for (const [what, count] of Object.entries(counts)) console.log(`${String(count).padStart(8)} ${what}`);
for (const { kind, sentence } of violations.slice(0, 50)) console.log(`${kind}: ${sentence}`);
console.log(`${violations.length} promises were broken`);
if (violations.length > 0 || values.keep) console.log(`what is known of it is in ${keep(seed, result)}`);
process.exitCode = violations.length === 0 ? 0 : 1;

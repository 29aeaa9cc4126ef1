import { openDataDir } from '../src/adapters/data-dir/open-data-dir.ts';
import { systemClock } from '../src/adapters/system-clock/system-clock.ts';

// A process that holds the directory it is given until it is killed, or for `leave` ends at once without releasing it.
const { place } = await openDataDir(process.argv[2] as string, { clock: systemClock() });
console.log(place);
if (process.argv[3] !== 'leave') setInterval(() => {}, 1_000);

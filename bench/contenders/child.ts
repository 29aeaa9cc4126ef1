// One measurement in a process of its own: `child.ts <contender> <throughput|latency> <count> <group> [url of its server]`. Tells its
// parent the result.
import { contenders } from './all.ts';

const [name = '', what = '', count = '', group = '', url = ''] = process.argv.slice(2);
const contender = await contenders[name]?.();
if (!contender) throw new Error(`There is no contender '${name}': ${Object.keys(contenders).join(', ')}.`);
const result =
  what === 'latency'
    ? await contender.latency?.({ starts: Number(count), url })
    : await contender.throughput?.({ jobs: Number(count), group: Number(group), url });
if (process.send) process.send(result, () => process.exit());
else console.log(result);

// One measurement in a process of its own: `child.ts <library> <fire|idle> <size> [url of its server]`. Tells its parent the result.
import { libraries } from './libraries/all.ts';
import { fire, idle } from './measure.ts';

const [name = '', mode = '', size = '', url = ''] = process.argv.slice(2);
const load = libraries[name];
if (!load) throw new Error(`There is no library '${name}': ${Object.keys(libraries).join(', ')}.`);
const result = await (mode === 'idle' ? idle : fire)(await load(), Number(size), url);
if (process.send) process.send(result, () => process.exit());
else console.log(result);

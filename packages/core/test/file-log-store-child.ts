// Writes lines into a log: `node file-log-store-child.ts <dataDir> <key> <lines; 0: until it is killed>`. Tells its
// parent of a write that fails, and tries it again when the parent says so.
import { once } from 'node:events';

import { fileLogStore } from '../src/adapters/file-log-store/file-log-store.ts';
import { systemClock } from '../src/adapters/system-clock/system-clock.ts';
import { systemEntropy } from '../src/adapters/system-entropy/system-entropy.ts';

const [dataDir = '', key = '', count = '0'] = process.argv.slice(2);
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const host = { dataDir, place: 'p', clock: systemClock(), entropy: systemEntropy(), logger };
const writer = await fileLogStore()(host).writer(key, { capBytes: 2 ** 30 });
const padding = 'x'.repeat(3000);
const last = Number(count) || Number.POSITIVE_INFINITY;
for (let n = 1; n <= last; n++) {
  const entry = { at: n, stream: 'stdout' as const, text: `${n} ${padding}\n`, sourceCursor: String(n) };
  await writer.append([entry]).catch(async (error: NodeJS.ErrnoException) => {
    process.send?.({ code: error.code });
    await once(process, 'message');
    await writer.append([entry]);
  });
}
await writer.seal();
await writer.close();
process.disconnect?.();

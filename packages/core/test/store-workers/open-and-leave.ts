import { sqliteStore } from '../../src/adapters/sqlite-store/sqlite-store.ts';
import { systemClock } from '../../src/adapters/system-clock/system-clock.ts';
import { systemEntropy } from '../../src/adapters/system-entropy/system-entropy.ts';

// A program that uses the store in the folder that it is given, and never closes it.
const store = sqliteStore()({
  dataDir: process.argv[2] as string,
  place: 'f'.repeat(32),
  clock: systemClock(),
  entropy: systemEntropy(),
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});
const { installation } = await store.open();
const [result] = await store.commit([
  [{ kind: 'instance.put', id: 'i1', startedAt: 1, expiresAt: 2, leaseMs: 10_000, places: [] }],
]);
console.log(JSON.stringify({ installation: installation.length, result, job: await store.job('none') }));

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/adapters/system-clock/system-clock.ts';
import { systemEntropy } from '../src/adapters/system-entropy/system-entropy.ts';
import type { Host } from '../src/ports/host.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A host whose data directory is a new temporary folder; disposing it removes the folder. */
export async function temporaryHost(): Promise<Host & AsyncDisposable> {
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-host-'));
  return {
    dataDir,
    place: 'f'.repeat(32),
    clock: systemClock(),
    entropy: systemEntropy(),
    logger: silent,
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }),
  };
}

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Host, systemClock } from '@runyard/core';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A host whose data directory is a new temporary folder; disposing it removes the folder. */
export const temporaryHost = async (): Promise<Host & AsyncDisposable> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-host-'));
  return {
    dataDir,
    place: 'f'.repeat(32),
    clock: systemClock(),
    entropy: { id: () => randomBytes(16).toString('hex'), random: Math.random },
    logger: silent,
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }),
  };
};

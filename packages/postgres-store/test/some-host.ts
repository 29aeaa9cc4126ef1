import { type Host, systemClock } from '@runyard/core';
import { seededEntropy } from '@runyard/core/testing';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What a store is given; each of another seed. */
export const someHost = (): Host => ({
  dataDir: '/nowhere',
  place: 'p'.repeat(32),
  clock: systemClock(),
  entropy: seededEntropy(seed++),
  logger: silent,
});

let seed = Date.now();

import type { Migration } from '../../../domain/store-version.ts';
import { initial } from './0001-initial.ts';
import { survival } from './0002-survival.ts';
import { retention } from './0003-retention.ts';
import { gpus } from './0004-gpus.ts';
import { people } from './0005-people.ts';

/** Forward only; never changed once released. */
export const migrations: readonly Migration[] = [
  { step: initial, worksSince: 1 },
  { step: survival, worksSince: 1 },
  { step: retention, worksSince: 1 },
  // Code of before writes attempts without GPUs, and leaves those of others as they are.
  { step: gpus, worksSince: 1 },
  { step: people, worksSince: 1 },
];

/** The store version from which on there are documents and an audit trail. */
export const peopleSince = 5;

/** The store version that this code knows. */
export const newest = migrations.length;

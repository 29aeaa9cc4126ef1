import type { Migration } from '@runyard/core/sql';
import { initial } from './0001-initial.ts';
import { logs } from './0002-logs.ts';
import { people } from './0003-people.ts';

/** Forward only; never changed once released. */
export const migrations: readonly Migration[] = [
  { step: initial, worksSince: 1 },
  { step: logs, worksSince: 1 },
  { step: people, worksSince: 1 },
];

/** The store version from which on there are documents and an audit trail. */
export const peopleSince = 3;

/** The store version that this code knows. */
export const newest = migrations.length;

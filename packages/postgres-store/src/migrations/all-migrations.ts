import type { Migration } from '@runyard/core/sql';
import { initial } from './0001-initial.ts';
import { logs } from './0002-logs.ts';

/** Forward only; never changed once released. The version of a store is how many of these it has seen. */
export const migrations: readonly string[] = [initial, logs];
/** Forward only; never changed once released. */
export const migrations: readonly Migration[] = [{ step: initial, worksSince: 1 }];

/** The store version that this code knows. */
export const newest = migrations.length;

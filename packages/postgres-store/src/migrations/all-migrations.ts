import { initial } from './0001-initial.ts';
import { logs } from './0002-logs.ts';

/** Forward only; never changed once released. The version of a store is how many of these it has seen. */
export const migrations: readonly string[] = [initial, logs];

/** The store version that this code knows. */
export const newest = migrations.length;

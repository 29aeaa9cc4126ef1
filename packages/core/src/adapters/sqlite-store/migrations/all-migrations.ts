import { initial } from './0001-initial.ts';
import { survival } from './0002-survival.ts';
import { retention } from './0003-retention.ts';

/** Forward only; never changed once released. The version of a store is how many of these it has seen. */
export const migrations: readonly string[] = [initial, survival, retention];

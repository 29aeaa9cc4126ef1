import type { Ground } from '../ground.ts';
import type { Follows } from './follows.ts';

export interface LogOptions {
  ground: Ground;
  follows: Follows;
  /** Since when the log of an attempt that has ended could not be read, by uid. */
  troubles: Map<string, number>;
  after?: string;
  follow?: boolean;
  signal: AbortSignal;
}

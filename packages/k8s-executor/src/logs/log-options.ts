import type { Ground } from '../ground.ts';
import type { Follows } from './follows.ts';

export interface LogOptions {
  ground: Ground;
  follows: Follows;
  /** Since when the log of a container that has ended could not be read, in ms of the monotonic clock; by its Job's uid and its track. */
  troubles: Map<string, number>;
  after?: string;
  follow?: boolean;
  signal: AbortSignal;
}

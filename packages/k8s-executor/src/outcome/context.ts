import type { View } from '../watch/view.ts';

/** What every question about an attempt is asked of. */
export interface Context {
  view: View;
  /** Our own process has asked this attempt to end: a deletion of its pod is ours. */
  stopping: boolean;
  /** Epoch ms, for what nothing tells the time of. */
  now: number;
}

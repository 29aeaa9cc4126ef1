import type { Snapshot } from '../domain/decision.ts';
import type { Carried } from './carry-out.ts';
import { mostAtOnce } from './launch-queues.ts';

/** Who was left in the queue when a tick was over. */
export interface LeftWaiting {
  /** Executors in whose queue somebody stands, admitted by nobody or not even seen. */
  executors: Set<string>;
  /** There are more of those that were let in, and room for them. */
  more: boolean;
}

export const leftWaiting = (
  { queued, room }: Snapshot,
  carried: readonly Carried[],
  results: readonly { ok: boolean }[],
): LeftWaiting => {
  const seen = new Map<string, number>();
  for (const { run } of queued) seen.set(run.executor, (seen.get(run.executor) ?? 0) + 1);
  const admitted = new Map<string, number>();
  for (const [i, { run }] of carried.entries())
    if (run && results[i]?.ok) admitted.set(run.executor, (admitted.get(run.executor) ?? 0) + 1);
  const left: LeftWaiting = { executors: new Set(), more: false };
  for (const [executor, count] of seen) {
    const entered = admitted.get(executor) ?? 0;
    if (entered < count || count >= mostAtOnce) left.executors.add(executor);
    left.more ||= entered >= mostAtOnce && room(executor) > 0;
  }
  return left;
};

import { isTerminal, type RunState } from '../../../packages/core/src/domain/run/run.ts';
import type { Check } from './check.ts';

/** An accepted start ends in one terminal state with a reason, once its place answers (DESIGN 10). */
export const endsOnce: Check = ({ history }, { runs }) => [
  ...history.accepted
    .filter(({ run }) => !runs.has(run.id))
    .map(({ run }) => `run ${run.id} was accepted and is not stored`),
  ...[...runs.values()].flatMap(({ run, states }) => {
    const found: string[] = [];
    if (!isTerminal(run.state)) found.push(`run ${run.id} has not ended: ${run.state}, ${run.sentence}`);
    else if (!run.reason || !run.sentence) found.push(`run ${run.id} ended as ${run.state} without a reason`);
    for (const [i, { state }] of states.entries()) {
      const before = states[i - 1]?.state;
      if (before !== undefined && !may[before].includes(state))
        found.push(`run ${run.id} went from ${before} to ${state}`);
    }
    return found;
  }),
];

/** A run that was asked to stop is stopped by whoever holds it, without anybody being started anew. */
export const looksAfterEachRun: Check = ({ forgotten }) =>
  forgotten.map((id) => `run ${id} was asked to stop, and nobody has stopped it in 3 minutes of a well world`);

// `queued → starting → running → stopping → the ends`; forward only, but for a retry, which goes back to `queued`.
const ends: readonly RunState[] = ['succeeded', 'failed', 'cancelled', 'skipped'];
const may: Record<RunState, readonly RunState[]> = {
  queued: ['queued', 'starting', ...ends],
  starting: ['starting', 'running', 'stopping', 'queued', ...ends],
  running: ['running', 'stopping', 'queued', ...ends],
  stopping: ['stopping', 'queued', ...ends],
  succeeded: [],
  failed: [],
  cancelled: [],
  skipped: [],
};

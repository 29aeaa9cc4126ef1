import type { ConcurrencyPolicy } from '../job/job.ts';
import type { StopRequest } from './run.ts';
import { endsOnlyItsAttempt } from './stop.ts';

/** What a new run of a job means for the active ones. */
export type Overlap =
  | { kind: 'start' }
  /** Forbid: this run is in the way. */
  | { kind: 'forbidden'; by: string }
  /** Replace: these are asked to stop (others were asked before); the new one is admitted when all are proved gone. */
  | { kind: 'replace'; ids: string[] };

/** Applies the concurrency policy. `active` are the job's runs from creation until proved gone, oldest first. */
export const overlap = (
  policy: ConcurrencyPolicy,
  active: readonly { id: string; stop: StopRequest | null }[],
): Overlap => {
  const first = active[0];
  if (policy === 'Allow' || first === undefined) return { kind: 'start' };
  if (policy === 'Forbid') return { kind: 'forbidden', by: first.id };
  return {
    kind: 'replace',
    ids: active.filter(({ stop }) => stop === null || endsOnlyItsAttempt(stop)).map(({ id }) => id),
  };
};

/**
 * Whether a queued run has to wait for an older one of its job. Older runs only ever disappear, so an answer of "no"
 * stays right and admission needs no guard.
 */
export const mustWaitForOlder = (
  policy: ConcurrencyPolicy,
  runId: string,
  active: readonly { id: string }[],
): boolean => policy !== 'Allow' && active[0] !== undefined && active[0].id !== runId;

import type { z } from 'zod';
import type { Outcome } from '../../domain/run/outcome.ts';
import type { Attempt, Run } from '../../domain/run/run.ts';
import type { RunView } from '../../services/api.ts';
import { overrideNames } from '../names/job-names.ts';
import { toWire } from '../names/translate.ts';
import type { runDetails as runDetailsSchema, run as runSchema } from '../schemas/answers.ts';
import { toTimestamp, toTimestampOrNull } from './time.ts';

export type RunAnswer = z.output<typeof runSchema>;
export type RunDetails = z.output<typeof runDetailsSchema>;

/** A run on the wire, as a list shows it. Leases, places and handles stay inside. */
export const runAnswer = (run: Run): RunAnswer => ({
  id: run.id,
  job_id: run.jobId,
  revision: run.revision,
  state: run.state,
  reason: run.reason,
  sentence: run.sentence,
  silent_since: toTimestampOrNull(run.silentSince),
  trigger: run.trigger,
  requested_by: run.requestedBy,
  priority: run.priority,
  executor: run.executor,
  attempt: run.attempt,
  failures: run.failures,
  infrastructure_failures: run.infrastructureFailures,
  commits: run.commits,
  overrides: run.overrides === null ? null : (toWire(run.overrides, overrideNames) as RunAnswer['overrides']),
  idempotency_key: run.idempotencyKey,
  created_at: toTimestamp(run.createdAt),
  due_at: toTimestampOrNull(run.dueAt),
  not_before: toTimestamp(run.notBefore),
  started_at: toTimestampOrNull(run.startedAt),
  ended_at: toTimestampOrNull(run.endedAt),
});

/** With its attempts: what each phase took, and how each ended. */
export const runDetails = (run: RunView): RunDetails => ({
  ...runAnswer(run),
  job_name: run.jobName,
  hint: run.hint,
  exit_code: exitCode(run.attempts.at(-1)?.outcome ?? null),
  attempts: run.attempts.map(attemptAnswer),
});

const attemptAnswer = (attempt: Attempt): RunDetails['attempts'][number] => ({
  attempt: attempt.attempt,
  state: attempt.state,
  outcome: attempt.outcome && outcomeAnswer(attempt.outcome),
  phases: attempt.phases.map(({ name, at }, index) => {
    const end = attempt.phases[index + 1]?.at ?? attempt.endedAt;
    return { name, at: toTimestamp(at), duration_ms: end === null ? null : Math.max(0, end - at) };
  }),
  gpus: attempt.gpus.map(({ uuid, share }) => ({
    uuid,
    share: share?.part ?? null,
    memory_bytes: share?.memoryBytes ?? null,
  })),
  created_at: toTimestamp(attempt.createdAt),
  started_at: toTimestampOrNull(attempt.startedAt),
  ended_at: toTimestampOrNull(attempt.endedAt),
});

const outcomeAnswer = (outcome: Outcome): NonNullable<RunDetails['attempts'][number]['outcome']> => ({
  class: outcome.class,
  exit_code: exitCode(outcome),
  signal: outcome.class === 'signalled' ? outcome.signal : null,
  reason: 'reason' in outcome ? outcome.reason : null,
  sentence: outcome.sentence ?? null,
  phase: outcome.phase ?? null,
});

const exitCode = (outcome: Outcome | null): number | null => (outcome?.class === 'exited' ? outcome.code : null);

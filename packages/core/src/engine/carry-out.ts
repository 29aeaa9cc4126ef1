import type { Decision } from '../domain/decision.ts';
import type { GpuLease } from '../domain/gpu/gpu-lease.ts';
import type { Job } from '../domain/job/job.ts';
import {
  type Attempt,
  attemptKey,
  type Handle,
  type Occurrence,
  type Resources,
  type Run,
  type StartOverrides,
  type Trigger,
} from '../domain/run/run.ts';
import { endQueued } from '../domain/run/settle.ts';
import { transition } from '../domain/run/transition.ts';
import { notConfigured } from '../domain/waiting-words.ts';
import type { Change } from '../ports/store.ts';
import type { EngineContext } from './context.ts';
import { reserve } from './reserve.ts';

/** A decision as guarded changes, with the records that they write. */
export interface Carried {
  decision: Decision;
  batch: Change[];
  /** For `admit`. */
  run?: Run;
  attempt?: Attempt;
  /** Runs made by `fire` and ended by `end`, to be announced. */
  announce: Run[];
  occurrences: Occurrence[];
}

export const carryOut = (context: EngineContext, decision: Decision, now: number): Carried => {
  switch (decision.kind) {
    case 'fire':
      return fire(context, decision, now);
    case 'admit':
      return admit(context, decision, now);
    case 'wait':
      return wait(decision);
    case 'end':
      return end(decision, now);
  }
};

const fire = (context: EngineContext, decision: Decision & { kind: 'fire' }, now: number): Carried => {
  context.checkpoint('fire.decided');
  const { job, first, due, skippedFor, whileActive, replaces } = decision;
  // With the revision, so that nothing fires once an edit or a pause was acknowledged.
  const move = { kind: 'cursor.move', jobId: job.id, expect: first, next: due.next, revision: job.revision } as const;
  const batch: Change[] = [move];
  const occurrences: Occurrence[] = due.covered.map((row) => ({ jobId: job.id, ...row, runId: null, recordedAt: now }));
  const announce: Run[] = [];
  for (const dueAt of due.run) {
    const sentence = waitsFor(context, job, replaces);
    const by = { trigger: 'schedule', requestedBy: 'schedule' } as const;
    const made = newRun({ id: context.entropy.id(), job, ...by, now, dueAt, sentence });
    const run = skippedFor === null ? made : forbidden(made, skippedFor, now);
    const guard = whileActive !== null && announce.length === 0 ? { whileActive } : {};
    batch.push({ kind: 'run.insert', run, ...guard });
    const reason = skippedFor === null ? null : ('forbidden-overlap' as const);
    occurrences.push({ jobId: job.id, from: dueAt, to: dueAt, count: 1, reason, runId: run.id, recordedAt: now });
    announce.push(run);
  }
  for (const occurrence of occurrences.sort((a, b) => a.from - b.from))
    batch.push({ kind: occurrence.runId === null ? 'occurrence.cover' : 'occurrence.insert', occurrence });
  batch.push(...stopRequests(replaces, 'replaced', 'schedule', now));
  return { decision, batch, announce, occurrences };
};

const admit = (context: EngineContext, decision: Decision & { kind: 'admit' }, now: number): Carried => {
  context.checkpoint('admit.decided');
  const run = transition(decision.run, { kind: 'admit', instance: context.instance, place: decision.place });
  if (run === null) return { decision, batch: [], announce: [], occurrences: [] };
  const { takes, gpus, within } = decision;
  const handle = reserve(context, decision.job, run);
  if (handle) run.commits = [];
  const attempt = newAttempt(run, { place: decision.place, takes, gpus, handle, now });
  const { leaseEpoch: expectEpoch, state: expectState } = decision.run;
  const batch: Change[] = [
    { kind: 'run.write', run, expectEpoch, expectState },
    { kind: 'attempt.insert', attempt, ...(within && { within }) },
  ];
  return { decision, batch, run, attempt, announce: [run], occurrences: [] };
};

const wait = (decision: Decision & { kind: 'wait' }): Carried => {
  const { run, sentence, since } = decision;
  const { leaseEpoch: expectEpoch, state: expectState } = run;
  const waits = { ...run, sentence, waitsSince: since };
  const batch: Change[] = [{ kind: 'run.write', run: waits, expectEpoch, expectState }];
  return { decision, batch, announce: [], occurrences: [] };
};

const end = (decision: Decision & { kind: 'end' }, now: number): Carried => {
  const run = endQueued(decision.run, decision.cause, now);
  const { leaseEpoch: expectEpoch, state: expectState } = decision.run;
  return { decision, batch: [{ kind: 'run.write', run, expectEpoch, expectState }], announce: [run], occurrences: [] };
};

/** Asks runs to stop, as part of another change. Those that were asked before are left out by the caller. */
export const stopRequests = (
  ids: readonly string[],
  cause: 'replaced' | 'job-removed' | 'cancelled-by-user',
  by: string,
  at: number,
): Change[] => ids.map((id) => ({ kind: 'run.request-stop', id, stop: { cause, by, at } }));

/** What a new run waits for from the beginning. */
export const waitsFor = ({ executors }: EngineContext, { spec }: Job, replaces: readonly string[]): string | null => {
  if (!executors.has(spec.executor)) return notConfigured(spec.executor);
  return replaces.length === 0 ? null : `Waits until run ${replaces[0]} is gone, which it replaces.`;
};

export interface NewRun {
  id: string;
  job: Job;
  trigger: Trigger;
  requestedBy: string;
  now: number;
  dueAt?: number;
  overrides?: StartOverrides;
  idempotencyKey?: string;
  /** What it waits for already. */
  sentence?: string | null;
}

export const newRun = ({
  id,
  job,
  trigger,
  requestedBy,
  now,
  dueAt,
  overrides,
  idempotencyKey,
  sentence,
}: NewRun): Run => ({
  id,
  jobId: job.id,
  revision: job.revision,
  state: 'queued',
  reason: null,
  sentence: sentence ?? null,
  trigger,
  requestedBy,
  priority: job.spec.priority,
  concurrencyPolicy: overrides?.concurrencyPolicy ?? job.spec.concurrencyPolicy,
  executor: job.spec.executor,
  size: job.spec.size,
  place: null,
  overrides: overrides ?? null,
  idempotencyKey: idempotencyKey ?? null,
  createdAt: now,
  dueAt: dueAt ?? null,
  notBefore: now,
  startBy: job.spec.limits.startMs === null ? null : now + job.spec.limits.startMs,
  waitsSince: null,
  attempt: 0,
  failures: 0,
  infrastructureFailures: 0,
  startedAt: null,
  endedAt: null,
  commits: null,
  silentSince: null,
  stop: null,
  leaseInstance: null,
  leaseEpoch: 0,
});

const forbidden = (run: Run, by: string, now: number): Run => ({
  ...run,
  state: 'skipped',
  reason: 'forbidden-overlap',
  sentence: `Run ${by} was active, and the job's concurrency policy is Forbid.`,
  endedAt: now,
});

interface NewAttempt {
  place: string;
  takes: Resources;
  gpus: readonly GpuLease[];
  handle: Handle | null;
  now: number;
}

const newAttempt = (run: Run, { place, takes, gpus, handle, now }: NewAttempt): Attempt => ({
  runId: run.id,
  attempt: run.attempt,
  state: handle ? 'prepared' : 'preparing',
  executor: run.executor,
  place,
  takes,
  gpus,
  handle,
  outcome: null,
  phases: [],
  createdAt: now,
  startedAt: null,
  endedAt: null,
});

export const keyOf = ({ runId, attempt }: Attempt): string => attemptKey(runId, attempt);

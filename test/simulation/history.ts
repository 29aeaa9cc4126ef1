import type { Run } from '../../packages/core/src/domain/run/run.ts';
import type { Change, CommitResult } from '../../packages/core/src/ports/store.ts';

/** What happened, as somebody who stands beside the store, the engines and the callers sees it. */
export interface History {
  /** Batches that the store took, in order. */
  readonly commits: Committed[];
  /** Steps of the wall clock: from `mono` on, the wall clock shows `mono + offset`. */
  readonly clock: { mono: number; offset: number }[];
  /** Objects that engines made, each with how much was committed by then. */
  readonly made: { key: string; commits: number }[];
  /** Starts that were accepted: the caller holds an id. */
  readonly accepted: { run: Run; jobId: string; key: string | null; mono: number; wall: number }[];
  /** One line for each thing done, for a person; made only when somebody reads it. */
  readonly trace: (() => string)[];
}

export interface Committed {
  mono: number;
  wall: number;
  /** Which process wrote it. */
  instance: string;
  batch: readonly Change[];
}

export const newHistory = (offset: number): History => ({
  commits: [],
  clock: [{ mono: 0, offset }],
  made: [],
  accepted: [],
  trace: [],
});

/** Keeps of a call what was really done. */
export const recordCommits = (
  history: History,
  at: { mono: number; wall: number; instance: string },
  batches: readonly (readonly Change[])[],
  results: readonly CommitResult[],
): void => {
  batches.forEach((batch, i) => {
    if (!results[i]?.ok) return;
    history.commits.push({ ...at, batch });
    history.trace.push(() => `${stamp(at)}   ${at.instance} wrote ${batch.map(inBrief).join(', ')}`);
  });
};

/** The ids of the jobs that there are, as any list of jobs tells them. */
export const knownJobs = ({ commits }: History): string[] => {
  const ids = new Set<string>();
  for (const { batch } of commits)
    for (const change of batch) {
      if (change.kind === 'job.insert') ids.add(change.job.id);
      if (change.kind === 'job.remove') ids.delete(change.id);
    }
  return [...ids];
};

/** When something happened, on both clocks. */
export const stamp = ({ mono, wall }: { mono: number; wall: number }): string =>
  `${String(mono).padStart(9)} ${new Date(wall).toISOString()}`;

const inBrief = (change: Change): string => {
  switch (change.kind) {
    case 'run.insert':
    case 'run.write': {
      const { id, state, reason, attempt, leaseInstance, leaseEpoch } = change.run;
      return `${change.kind} ${id.slice(0, 6)} ${state} ${reason ?? ''} attempt ${attempt} lease ${leaseInstance?.slice(0, 4)}/${leaseEpoch}`;
    }
    case 'attempt.insert':
    case 'attempt.write': {
      const { runId, attempt, state, outcome } = change.attempt;
      return `${change.kind} ${runId.slice(0, 6)}.${attempt} ${state} ${outcome ? JSON.stringify(outcome) : ''}`;
    }
    case 'run.request-stop':
      return `${change.kind} ${change.id.slice(0, 6)} ${change.stop.cause}`;
    case 'run.prune':
    case 'job.forget':
      return `${change.kind} ${change.id.slice(0, 6)}`;
    case 'run.adopt':
      return `${change.kind} ${change.id.slice(0, 6)} epoch ${change.expectEpoch + 1}`;
    case 'cursor.move':
      return `${change.kind} ${change.jobId.slice(0, 6)} ${time(change.expect)} -> ${time(change.next)}`;
    case 'occurrence.insert':
    case 'occurrence.cover': {
      const { jobId, from, to, count, reason } = change.occurrence;
      return `${change.kind} ${jobId.slice(0, 6)} ${time(from)}..${time(to)} ${count} ${reason}`;
    }
    case 'occurrence.withdraw':
      return `${change.kind} ${change.jobId.slice(0, 6)} ${time(change.from)} keep ${JSON.stringify(change.keep)}`;
    case 'job.insert':
    case 'job.update':
      return `${change.kind} ${change.job.id.slice(0, 6)} ${JSON.stringify(change.job.spec.schedule?.cron)} cursor ${time(change.cursor?.nextFireAt ?? null)}`;
    default:
      return change.kind;
  }
};

const time = (at: number | null): string => (at === null ? 'none' : new Date(at).toISOString().slice(11, 19));

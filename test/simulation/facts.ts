import type { Job } from '../../packages/core/src/domain/job/job.ts';
import { isUnproved } from '../../packages/core/src/domain/run/outcome.ts';
import {
  type Attempt,
  attemptKey,
  isTerminal,
  type Run,
  type StopRequest,
} from '../../packages/core/src/domain/run/run.ts';
import type { Change } from '../../packages/core/src/ports/store.ts';
import type { Execution } from '../../packages/core/src/testing/scripted-executor/scripted-engine.ts';
import type { Committed } from './history.ts';
import type { World } from './world.ts';

/** The history told by job, run and attempt, for the checks. */
export interface Facts {
  jobs: Map<string, JobFacts>;
  runs: Map<string, RunFacts>;
  attempts: Map<string, AttemptFacts>;
  /** Every time that a command ran, anywhere. */
  executions: readonly (Execution & { engine: 'wide' | 'narrow' | 'mortal' })[];
}

export interface JobFacts {
  /** The first is the insertion. `anchorAt` as of then. */
  versions: { job: Job; mono: number; anchorAt: number }[];
  removed: boolean;
  /** Ledger rows before it may be forgotten. */
  rowsPrunedBefore: number | null;
  activeAtRemoval: string[];
}

export interface RunFacts {
  run: Run;
  insertedAt: { mono: number; wall: number };
  /** Active runs of the job in the moment before, and those made together with it. */
  activeBefore: { id: string; stop: StopRequest | null }[];
  madeWith: string[];
  states: { mono: number; state: Run['state'] }[];
  stops: { mono: number; stop: StopRequest }[];
  /** Forgotten, and what of its attempts was not disposed of by then. */
  pruned: { wall: number; undisposed: string[]; endedBehind: number } | null;
}

export interface AttemptFacts {
  key: string;
  attempt: Attempt;
  /** Commits before the one that recorded it. */
  insertedAfter: number;
  insertedMono: number;
  endedMono: number | null;
}

/** Whether an attempt of the run was given up without a proof that it is gone. */
export const isForsaken = ({ attempts }: Facts, runId: string): boolean =>
  [...attempts.values()].some(({ attempt }) => attempt.runId === runId && isUnproved(attempt.outcome));

export const gatherFacts = (world: World): Facts => {
  const facts: Facts = {
    jobs: new Map(),
    runs: new Map(),
    attempts: new Map(),
    executions: [
      ...world.wide.executions().map((one) => ({ ...one, engine: 'wide' as const })),
      ...world.narrow.executions().map((one) => ({ ...one, engine: 'narrow' as const })),
      ...world.mortal.flatMap((engine) => engine.executions().map((one) => ({ ...one, engine: 'mortal' as const }))),
    ],
  };
  for (const [index, commit] of world.history.commits.entries()) {
    const before = activeByJob(facts, commit.batch);
    for (const change of commit.batch) apply(facts, { ...commit, index }, change, before);
  }
  return facts;
};

const activeByJob = (facts: Facts, batch: readonly Change[]): Map<string, RunFacts['activeBefore']> => {
  const wanted = new Set(batch.flatMap((change) => (change.kind === 'run.insert' ? [change.run.jobId] : [])));
  const active = new Map([...wanted].map((id) => [id, [] as RunFacts['activeBefore']]));
  if (wanted.size > 0)
    for (const { run, stops } of facts.runs.values())
      if (!isTerminal(run.state)) active.get(run.jobId)?.push({ id: run.id, stop: stops.at(-1)?.stop ?? null });
  return active;
};

const apply = (
  facts: Facts,
  { mono, wall, batch, index }: Committed & { index: number },
  change: Change,
  active: Map<string, RunFacts['activeBefore']>,
): void => {
  switch (change.kind) {
    case 'job.insert':
      facts.jobs.set(change.job.id, {
        versions: [{ job: change.job, mono, anchorAt: change.cursor?.anchorAt ?? 0 }],
        removed: false,
        rowsPrunedBefore: null,
        activeAtRemoval: [],
      });
      break;
    case 'job.update': {
      const versions = facts.jobs.get(change.job.id)?.versions;
      versions?.push({ job: change.job, mono, anchorAt: change.cursor?.anchorAt ?? versions.at(-1)?.anchorAt ?? 0 });
      break;
    }
    case 'occurrence.prune': {
      const job = facts.jobs.get(change.jobId);
      if (job) job.rowsPrunedBefore = Math.max(job.rowsPrunedBefore ?? change.before, change.before);
      break;
    }
    case 'job.remove': {
      const job = facts.jobs.get(change.id);
      if (!job) break;
      job.removed = true;
      for (const { run } of facts.runs.values())
        if (run.jobId === change.id && !isTerminal(run.state)) job.activeAtRemoval.push(run.id);
      break;
    }
    case 'run.insert':
      facts.runs.set(change.run.id, {
        run: change.run,
        insertedAt: { mono, wall },
        activeBefore: active.get(change.run.jobId) ?? [],
        madeWith: batch.flatMap((other) => (other.kind === 'run.insert' ? [other.run.id] : [])),
        states: [{ mono, state: change.run.state }],
        stops: [],
        pruned: null,
      });
      break;
    case 'run.write': {
      const known = facts.runs.get(change.run.id);
      if (!known) break;
      known.run = change.run;
      known.states.push({ mono, state: change.run.state });
      break;
    }
    case 'run.prune': {
      const known = facts.runs.get(change.id);
      if (!known) break;
      const others = [...facts.runs.values()];
      const behind = others
        .slice(others.indexOf(known) + 1)
        .filter(({ run, pruned }) => run.jobId === known.run.jobId && isTerminal(run.state) && pruned === null);
      const attempts = [...facts.attempts.values()].filter(({ attempt }) => attempt.runId === change.id);
      const undisposed = attempts.filter(({ attempt }) => attempt.state !== 'disposed').map(({ key }) => key);
      known.pruned = { wall, undisposed, endedBehind: behind.length };
      break;
    }
    case 'run.request-stop':
      facts.runs.get(change.id)?.stops.push({ mono, stop: change.stop });
      break;
    case 'attempt.insert':
    case 'attempt.write': {
      const key = attemptKey(change.attempt.runId, change.attempt.attempt);
      const known = facts.attempts.get(key);
      const ended = change.attempt.outcome === null ? null : mono;
      facts.attempts.set(key, {
        key,
        attempt: change.attempt,
        insertedAfter: known?.insertedAfter ?? index,
        insertedMono: known?.insertedMono ?? mono,
        endedMono: known?.endedMono ?? ended,
      });
      break;
    }
  }
};

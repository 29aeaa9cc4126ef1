import { isUnproved, type Outcome } from '../../../packages/core/src/domain/run/outcome.ts';
import { isAbandoned } from '../../../packages/core/src/domain/run/stop.ts';
import type { Execution } from '../../../packages/core/src/testing/scripted-executor/scripted-engine.ts';
import { behaviourOf } from '../behaviours.ts';
import type { Facts } from '../facts.ts';
import { type Check, runOf } from './check.ts';

/** What is recorded of an attempt is what its engine did: "could not ask" never becomes an outcome (DESIGN 4). */
export const tellsTheTruth: Check = ({ seed }, facts) => {
  const { attempts, executions } = facts;
  const byKey = new Map(executions.map((execution) => [execution.key, execution]));
  return [...attempts.values()].flatMap(({ key, attempt }) => {
    const { outcome, executor } = attempt;
    if (executor === 'mortal' || outcome === null) return [];
    if (isUnproved(outcome))
      return mayBeGivenUp(facts, attempt.runId) ? [] : [`${key} was given up, and nobody had asked for it`];
    const truth = whatHappened(seed, key, byKey.get(key));
    return truth.includes(outcome.class) && codeFits(seed, key, outcome)
      ? []
      : [`${key} is recorded as ${JSON.stringify(outcome)}, and it was: ${truth.join(' or ')}`];
  });
};

/** A crash or a deploy of the host leaves running jobs running: what ended early was asked to (DESIGN 3, 10). */
export const endsNothingUnasked: Check = ({ seed }, facts) => {
  const { executions, runs, attempts } = facts;
  return executions.flatMap(({ key, from, to, engine }) => {
    if (engine === 'mortal' || to === null || to >= naturalEnd(seed, key, from)) return [];
    const given = attempts.get(key);
    const forsaken = isUnproved(given?.attempt.outcome ?? null) ? given?.endedMono : null;
    // It may have been asked to stop first, and was given up while it was being stopped.
    const stopped = runs.get(runOf(key))?.stops[0]?.mono;
    return Math.min(forsaken ?? Infinity, stopped ?? Infinity) <= to
      ? []
      : [`${key} was ended after ${to - from} ms, and nobody had asked for it`];
  });
};

// By an operator, or by the rule of its job.
const mayBeGivenUp = ({ runs, jobs }: Facts, runId: string): boolean => {
  const known = runs.get(runId);
  const spec = jobs.get(known?.run.jobId ?? '')?.versions.find(({ job }) => job.revision === known?.run.revision)
    ?.job.spec;
  const abandoned = known?.stops.some(({ stop }) => isAbandoned(stop)) ?? false;
  return abandoned || spec?.onPlaceLost.rule === 'assume-gone';
};

const whatHappened = (seed: number, key: string, execution: Execution | undefined): Outcome['class'][] => {
  const { outcome, prepareFails, vanishesAfterMs = Infinity, runMs = 0, waiting } = behaviourOf(seed, key);
  const vanishes = vanishesAfterMs - (waiting?.ms ?? 0) < runMs;
  if (!execution) {
    // It never ran: it failed before, was stopped before, or was gone before it did.
    const before: Outcome['class'][] = prepareFails ? [prepareFails.class] : [];
    return [...before, 'infrastructure', 'signalled', ...(vanishes ? ['lost' as const] : [])];
  }
  const { from, to } = execution;
  if (to !== null && to < naturalEnd(seed, key, from))
    return ['signalled', ...(vanishesAfterMs < Infinity ? ['lost' as const] : [])];
  // Its engine knows it no more from then on, also where it had ended before.
  if (vanishes) return ['lost', 'infrastructure'];
  return [outcome?.class ?? 'exited', ...(vanishesAfterMs < Infinity ? (['lost', 'infrastructure'] as const) : [])];
};

const codeFits = (seed: number, key: string, outcome: Outcome): boolean => {
  const { outcome: scripted } = behaviourOf(seed, key);
  return (
    outcome.class !== 'exited' || (scripted?.class === 'exited' ? scripted.code === outcome.code : outcome.code === 0)
  );
};

const naturalEnd = (seed: number, key: string, from: number): number => {
  const { runMs = 0, vanishesAfterMs = Infinity, waiting } = behaviourOf(seed, key);
  return from + Math.min(runMs, vanishesAfterMs - (waiting?.ms ?? 0));
};

import type { JobSpec } from '../../../packages/core/src/domain/job/job.ts';
import type { Run } from '../../../packages/core/src/domain/run/run.ts';
import { type AttemptFacts, type Facts, isForsaken, type RunFacts } from '../facts.ts';
import { type Check, runOf } from './check.ts';

/** One attempt key never runs twice, and attempts of one run never overlap (DESIGN 3, 10). */
export const runsEachKeyOnce: Check = ({ profile }, facts) => {
  const { executions, attempts } = facts;
  const found: string[] = [];
  const byKey = Map.groupBy(executions, ({ key }) => key);
  for (const [key, all] of byKey) if (all.length > 1) found.push(`${key} ran ${all.length} times`);
  for (const key of byKey.keys()) if (!attempts.has(key)) found.push(`${key} ran and was never recorded`);
  // What runs in a process stands still with it, which the engine does not know of.
  // And what was given up without a proof may run beside the next.
  const together = executions.filter(
    ({ engine, key }) => (engine !== 'mortal' || !profile.freezes) && !isForsaken(facts, runOf(key)),
  );
  for (const [run, all] of Map.groupBy(together, ({ key }) => runOf(key)))
    for (const a of all)
      for (const b of all)
        if (a.key < b.key && a.from < (b.to ?? Infinity) && b.from < (a.to ?? Infinity))
          found.push(`run ${run}: ${a.key} and ${b.key} ran at the same time`);
  for (const { key, from } of executions) {
    const inserted = attempts.get(key)?.insertedMono ?? 0;
    if (from < inserted) found.push(`${key} ran before it was recorded`);
  }
  return found;
};

/** The attempt key is recorded before anything is prepared for it (DESIGN 1, 3). */
export const recordsBeforeItPrepares: Check = ({ history }, { attempts }) =>
  history.made
    .filter(({ key, commits }) => (attempts.get(key)?.insertedAfter ?? Number.POSITIVE_INFINITY) >= commits)
    .map(({ key }) => `something was made for ${key} before it was recorded`);

/** Attempts never exceed the limit; each failure is taken from its own budget; nothing is tried after an end (DESIGN 5, 10). */
export const keepsToItsBudgets: Check = (_, facts) =>
  [...facts.runs.values()].flatMap(({ run, stops }) => {
    const spec = specOf(facts, run);
    if (!spec) return [`run ${run.id}: its job's revision ${run.revision} is not known`];
    const { limit, infrastructureLimit, notOnExitCodes } = spec.backoff;
    const found: string[] = [];
    const spent = { failure: 0, infrastructure: 0, none: 0 };
    const attempts = attemptsOf(facts, run.id);
    // Lost in the moment in which its limit passes: whoever settled it may or may not have heard of that.
    if (
      attempts.some(
        (one) => timedOut(one, stops) && ['lost', 'infrastructure'].includes(one.attempt.outcome?.class ?? ''),
      )
    )
      return [];
    for (const [i, facts] of attempts.entries()) {
      const { key, attempt } = facts;
      const kind = kindOf(facts, stops);
      spent[kind]++;
      if (attempt.attempt !== i + 1)
        found.push(`run ${run.id}: its attempt ${i + 1} has the number ${attempt.attempt}`);
      const code =
        kind === 'failure' && attempt.outcome?.class === 'exited' && !timedOut(facts, stops)
          ? attempt.outcome.code
          : null;
      const mayTryAgain =
        kind === 'infrastructure'
          ? spent.infrastructure <= infrastructureLimit
          : kind === 'failure' && spent.failure <= limit && !(code !== null && notOnExitCodes.includes(code));
      const isLast = i === attempts.length - 1;
      if (!isLast && !mayTryAgain) found.push(`${key} (${kind}) was tried again beyond its budget`);
      const wasAsked = stops.some(({ stop }) => stop.cause !== 'timeout') || run.reason === 'start-deadline';
      // It may end by itself in the moment in which its limit passes: then both are true.
      const both = timedOut(facts, stops) && run.reason !== 'timeout';
      if (isLast && mayTryAgain && !wasAsked && !both)
        found.push(`run ${run.id} ended (${run.reason}) although it could have been tried again`);
    }
    return found;
  });

/** A retry waits for its delay: the initial one, times the factor for each failure of its class, capped (DESIGN 5). */
export const waitsBeforeRetries: Check = ({ profile, history }, facts) => {
  if (profile.clockJumps) return [];
  const offset = history.clock[0]?.offset ?? 0;
  return [...facts.runs.values()].flatMap(({ run, stops }) => {
    const spec = specOf(facts, run);
    const attempts = attemptsOf(facts, run.id);
    if (!spec || stops.length > 0) return [];
    const { initialMs, factor, maxMs, jitter } = spec.backoff;
    const seen = { failure: 0, infrastructure: 0, none: 0 };
    return attempts.slice(0, -1).flatMap((facts, i) => {
      const { attempt } = facts;
      const n = ++seen[kindOf(facts, stops)];
      const delay = Math.min(initialMs * factor ** (n - 1), maxMs) * (1 - jitter);
      const waited = (attempts[i + 1]?.insertedMono ?? 0) - ((attempt.endedAt ?? 0) - offset);
      return waited < Math.floor(delay)
        ? [`run ${run.id}: attempt ${i + 2} came after ${waited} ms, not ${delay}`]
        : [];
    });
  });
};

const attemptsOf = ({ attempts }: Facts, runId: string): AttemptFacts[] =>
  [...attempts.values()]
    .filter(({ attempt }) => attempt.runId === runId)
    .sort((a, b) => a.attempt.attempt - b.attempt.attempt);

const specOf = ({ jobs }: Facts, run: Run): JobSpec | undefined =>
  jobs.get(run.jobId)?.versions.find(({ job }) => job.revision === run.revision)?.job.spec;

/** The budget that an attempt's end is taken from. */
const kindOf = (facts: AttemptFacts, stops: RunFacts['stops']): 'failure' | 'infrastructure' | 'none' => {
  const { outcome } = facts.attempt;
  if (outcome === null) return 'none';
  // However it ended in its grace, it had run too long.
  if (timedOut(facts, stops)) return 'failure';
  if (outcome.class === 'exited') return outcome.code === 0 ? 'none' : 'failure';
  return outcome.class === 'infrastructure' || outcome.class === 'lost' ? 'infrastructure' : 'failure';
};

const timedOut = ({ insertedMono, endedMono }: AttemptFacts, stops: RunFacts['stops']): boolean =>
  stops.some(({ mono, stop }) => stop.cause === 'timeout' && mono >= insertedMono && mono <= (endedMono ?? 0));

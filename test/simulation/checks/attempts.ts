import type { Outcome } from '../../../packages/core/src/domain/run/outcome.ts';
import type { AttemptFacts, Facts } from '../facts.ts';
import { type Check, runOf } from './check.ts';

/** One attempt key never runs twice, and attempts of one run never overlap (DESIGN 3, 10). */
export const runsEachKeyOnce: Check = ({ profile }, { executions, attempts }) => {
  const found: string[] = [];
  const byKey = Map.groupBy(executions, ({ key }) => key);
  for (const [key, all] of byKey) if (all.length > 1) found.push(`${key} ran ${all.length} times`);
  for (const key of byKey.keys()) if (!attempts.has(key)) found.push(`${key} ran and was never recorded`);
  // What runs in a process stands still with it, which the engine does not know of.
  const together = executions.filter(({ engine }) => engine !== 'mortal' || !profile.freezes);
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

/** Attempts never exceed the limit; each failure is taken from its own budget; nothing is tried after an end (DESIGN 5, 10). */
export const keepsToItsBudgets: Check = (_, facts) =>
  [...facts.runs.values()].flatMap(({ run, stops }) => {
    const spec = facts.jobs.get(run.jobId)?.versions.find(({ job }) => job.revision === run.revision)?.job.spec;
    if (!spec) return [`run ${run.id}: its job's revision ${run.revision} is not known`];
    const attempts = attemptsOf(facts, run.id);
    const found: string[] = [];
    const timedOut = stops.some(({ stop }) => stop.cause === 'timeout');
    const failures = attempts.filter(({ attempt }) => classOf(attempt.outcome) === 'failure').length;
    const infrastructure = attempts.filter(({ attempt }) => classOf(attempt.outcome) === 'infrastructure').length;
    if (failures > spec.backoff.limit + 1)
      found.push(`run ${run.id}: ${failures} failures, limit ${spec.backoff.limit}`);
    if (!timedOut && infrastructure > spec.backoff.infrastructureLimit + 1)
      found.push(`run ${run.id}: ${infrastructure} infrastructure failures, limit ${spec.backoff.infrastructureLimit}`);
    for (const [i, { key, attempt, insertedMono, endedMono }] of attempts.entries()) {
      if (attempt.attempt !== i + 1)
        found.push(`run ${run.id}: its attempt ${i + 1} has the number ${attempt.attempt}`);
      const { outcome } = attempt;
      const isLast = i === attempts.length - 1;
      // A command that ends well in its grace ran too long all the same.
      const late = stops.some(
        ({ mono, stop }) => stop.cause === 'timeout' && mono >= insertedMono && mono <= (endedMono ?? 0),
      );
      if (!isLast && !late && outcome?.class === 'exited' && outcome.code === 0)
        found.push(`${key} succeeded, and was tried again`);
      if (!isLast && !late && outcome?.class === 'exited' && spec.backoff.notOnExitCodes.includes(outcome.code))
        found.push(`${key} ended with ${outcome.code}, and was tried again`);
    }
    const ended = attempts.at(-1)?.attempt;
    const mayTryAgain =
      run.state === 'failed' &&
      run.reason !== 'start-deadline' &&
      stops.length === 0 &&
      (classOf(ended?.outcome ?? null) === 'infrastructure'
        ? infrastructure <= spec.backoff.infrastructureLimit
        : classOf(ended?.outcome ?? null) === 'failure' && failures <= spec.backoff.limit);
    const code = ended?.outcome?.class === 'exited' ? ended.outcome.code : null;
    if (mayTryAgain && !(code !== null && spec.backoff.notOnExitCodes.includes(code)))
      found.push(`run ${run.id} failed (${run.reason}) although it could have been tried again`);
    return found;
  });

/** A retry waits for its delay: the initial one, times the factor for each failure of its class, capped (DESIGN 5). */
export const waitsBeforeRetries: Check = ({ profile, history }, facts) => {
  if (profile.clockJumps) return [];
  const offset = history.clock[0]?.offset ?? 0;
  return [...facts.runs.values()].flatMap(({ run, stops }) => {
    const spec = facts.jobs.get(run.jobId)?.versions.find(({ job }) => job.revision === run.revision)?.job.spec;
    const attempts = attemptsOf(facts, run.id);
    if (!spec || stops.length > 0) return [];
    const { initialMs, factor, maxMs, jitter } = spec.backoff;
    const seen = { failure: 0, infrastructure: 0, none: 0 };
    return attempts.slice(0, -1).flatMap(({ attempt }, i) => {
      const n = ++seen[classOf(attempt.outcome)];
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

const classOf = (outcome: Outcome | null): 'failure' | 'infrastructure' | 'none' => {
  if (outcome === null) return 'none';
  if (outcome.class === 'exited') return outcome.code === 0 ? 'none' : 'failure';
  return outcome.class === 'infrastructure' || outcome.class === 'lost' ? 'infrastructure' : 'failure';
};

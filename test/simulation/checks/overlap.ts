import { isForsaken, type RunFacts } from '../facts.ts';
import { type Check, runOf } from './check.ts';

/** Forbid and Replace never overlap, across instances (DESIGN 5, 10). */
export const neverOverlaps: Check = ({ profile }, facts) => {
  const { runs, executions } = facts;
  const found: string[] = [];
  const order = new Map([...runs.keys()].map((id, i) => [id, i]));
  const byJob = new Map<string, { id: string; from: number; to: number }[]>();
  for (const { key, from, to, engine } of executions) {
    // What runs in a process stands still with it, which the engine does not know of.
    if (engine === 'mortal' && profile.freezes) continue;
    const run = runs.get(runOf(key))?.run;
    // Whoever gave it up took that upon himself.
    if (run && isForsaken(facts, run.id)) continue;
    if (!run) found.push(`${key} ran, and its run is not stored`);
    else
      byJob.set(run.jobId, [...(byJob.get(run.jobId) ?? []), { id: run.id, from, to: to ?? Number.POSITIVE_INFINITY }]);
  }
  for (const all of byJob.values())
    for (const older of all)
      for (const newer of all) {
        if ((order.get(older.id) ?? 0) >= (order.get(newer.id) ?? 0)) continue;
        const policy = runs.get(newer.id)?.run.concurrencyPolicy;
        const together = older.from < newer.to && newer.from < older.to;
        if (together && policy !== 'Allow') found.push(`run ${newer.id} (${policy}) ran beside the older ${older.id}`);
      }
  return found;
};

/** Under Forbid nothing begins while a run is active, and nothing is skipped while none is; Replace asks all others to stop. */
export const admitsByPolicy: Check = (_, { runs }) =>
  [...runs.values()].flatMap((facts) => {
    const { run, states, madeWith } = facts;
    const others = facts.activeBefore.filter(({ id }) => !madeWith.includes(id));
    const first = states[0]?.state;
    if (run.concurrencyPolicy === 'Forbid' && first === 'queued' && others.length > 0)
      return [`run ${run.id} was made under Forbid beside ${others[0]?.id}`];
    if (run.concurrencyPolicy === 'Forbid' && first === 'skipped' && others.length === 0)
      return [`run ${run.id} was skipped under Forbid, and nothing was in its way`];
    if (run.concurrencyPolicy === 'Replace' && first === 'queued')
      return others
        .filter(({ id }) => !wasAsked(runs.get(id)))
        .map(({ id }) => `run ${id} was not asked to stop for ${run.id}`);
    return [];
  });

const wasAsked = (facts: RunFacts | undefined): boolean => facts !== undefined && facts.stops.length > 0;

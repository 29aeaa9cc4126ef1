import type { Job } from '../../domain/job/job.ts';
import type { Occurrence, OccurrenceReason } from '../../domain/run/run.ts';
import type { Carried } from '../carry-out.ts';
import type { EngineContext } from '../context.ts';
import { standingOf } from './failing.ts';
import { makeNotices } from './make.ts';
import { noticesOfEnd } from './of-end.ts';

/** Adds to what a tick is about to commit what is to be told of it: instants that were missed, and queued runs that fail. */
export const addNotices = async (context: EngineContext, carried: readonly Carried[], now: number): Promise<void> => {
  for (const one of carried) {
    const { decision, batch, occurrences, announce } = one;
    if (decision.kind === 'fire') batch.push(...ofMissed(context, decision.job, { occurrences, now }));
    const [run] = announce;
    if (decision.kind !== 'end' || run?.state !== 'failed') continue;
    const job = await context.store.jobAt(run.jobId, run.revision);
    if (!job) continue;
    const standing = await standingOf(context, job);
    batch.push(...noticesOfEnd(context, { run, job, standing, now }));
  }
};

// Where the rule is `latest`, the run that is started stands for those before it: they were not missed.
const missing: readonly (OccurrenceReason | null)[] = ['missed-window', 'missed-skipped', 'missed-cap'];

const ofMissed = (
  context: EngineContext,
  job: Job,
  { occurrences, now }: { occurrences: readonly Occurrence[]; now: number },
) => {
  const rows = occurrences.filter(({ reason }) => missing.includes(reason));
  const [first] = rows;
  if (!first) return [];
  const missed = {
    from: Math.min(...rows.map(({ from }) => from)),
    to: Math.max(...rows.map(({ to }) => to)),
    count: rows.reduce((sum, { count }) => sum + count, 0),
    reasons: [...new Set(rows.map(({ reason }) => reason ?? ''))],
  };
  return makeNotices(context, { event: 'occurrences.missed', job, missed, now });
};

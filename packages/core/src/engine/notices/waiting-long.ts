import type { Job } from '../../domain/job/job.ts';
import type { Target } from '../../domain/notice/records.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Change } from '../../ports/store.ts';
import type { EngineContext } from '../context.ts';
import { noticeTo, notificationOf } from './make.ts';

const pageSize = 200;
/** So many of the oldest are looked at; those behind them wait for the same. */
const most = 2000;

/** What was told already, so that it is not tried again at each look: by run and target. */
export type Told = Set<string>;

/** Tells of runs that could have begun long ago and do not run yet: of each once, whichever instance sees it. */
export const tellOfLongWaits = async (context: EngineContext, told: Told, signal: AbortSignal): Promise<void> => {
  const { notices, clock, store } = context;
  const targets = notices.listening('run.waiting-long');
  if (targets.length === 0) return;
  const least = Math.min(...targets.map(({ afterMs }) => afterMs));
  const seen = new Set<string>();
  const jobs = new Map<string, Job | null>();
  const now = clock.now();
  for (let after: string | undefined, looked = 0; looked < most && !signal.aborted; looked += pageSize) {
    const states = ['queued', 'starting'] as const;
    const page = await store.runs({ states, limit: pageSize, ...(after !== undefined && { after }) });
    for (const run of page.items) {
      seen.add(run.id);
      if (run.stop === null && sinceOf(run) + least <= now) await tellOf(context, { run, now, told, jobs });
    }
    after = page.next;
    if (after === undefined || page.items.every(({ createdAt }) => createdAt + least > now)) break;
  }
  for (const key of told) if (!seen.has(key.slice(0, 32))) told.delete(key);
};

/** From when it could have run: a retry waits out its delay first. */
const sinceOf = ({ createdAt, notBefore }: Run): number => Math.max(createdAt, notBefore);

const tellOf = async (
  context: EngineContext,
  { run, now, told, jobs }: { run: Run; now: number; told: Told; jobs: Map<string, Job | null> },
): Promise<void> => {
  const { store, notices } = context;
  const job = jobs.get(run.jobId) ?? (await store.job(run.jobId));
  jobs.set(run.jobId, job);
  if (!job) return;
  const waitingSince = sinceOf(run);
  const due = notices
    .wanting('run.waiting-long', { id: job.id, owner: job.spec.owner })
    .filter((target) => waitingSince + target.afterMs <= now && !told.has(keyOf(run, target)));
  if (due.length === 0) return;
  const batches = due.map((target) => noticeOf(context, { target, job, run, waitingSince, now }));
  const results = await store.commit(batches);
  for (const [i, target] of due.entries()) {
    told.add(keyOf(run, target));
    // Not ours to send where it was told before.
    if (results[i]?.ok) notices.committed(batches[i] ?? []);
  }
};

const noticeOf = (
  context: EngineContext,
  given: { target: Target; job: Job; run: Run; waitingSince: number; now: number },
): Change[] => {
  const { target, job, run, waitingSince, now } = given;
  const notification = notificationOf(context, { event: 'run.waiting-long', job, run, waitingSince, now });
  const once = `waiting:${keyOf(run, target)}`;
  return noticeTo(context, target, { notification, now, once });
};

const keyOf = ({ id }: Run, { webhook }: Target): string => `${id}:${webhook ?? 'host'}`;

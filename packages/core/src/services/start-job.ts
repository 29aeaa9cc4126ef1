import { authorize } from '../access/authorize.ts';
import { type Principal, requestedBy } from '../access/principal.ts';
import { RunyardError } from '../domain/errors.ts';
import { defaults } from '../domain/job/defaults.ts';
import { errorsOf } from '../domain/job/finding-sentences.ts';
import type { Job } from '../domain/job/job.ts';
import { overridesSchema } from '../domain/job/job-schema.ts';
import { parseWith } from '../domain/job/parse-with.ts';
import { overlap } from '../domain/run/overlap.ts';
import type { Run, StartOverrides } from '../domain/run/run.ts';
import { assertAcceptsStarts } from '../engine/accepts-starts.ts';
import { act } from '../engine/act.ts';
import { admitAtOnce } from '../engine/admit-at-once.ts';
import { announceRun } from '../engine/announce.ts';
import { newRun, stopRequests, waitsFor } from '../engine/carry-out.ts';
import type { EngineContext } from '../engine/context.ts';
import { giveBack } from '../engine/reserve.ts';
import { noteStop } from '../engine/stop-run.ts';
import type { Change } from '../ports/store.ts';
import type { StartOptions } from './api.ts';
import { accessFindings } from './check/access-findings.ts';
import { jobFor } from './guard.ts';
import { startsAsItIs } from './narrowed-to-a-job.ts';

/** How often a start is tried anew when the job's runs change under it. */
const tries = 20;

/**
 * Accepts a start: durable when it resolves. Forbid refuses with the run in the way and leaves no run; Replace asks the
 * active ones to stop in the same transaction.
 */
export const startJob = async (
  context: EngineContext,
  principal: Principal,
  id: string,
  { idempotencyKey, trigger = 'manual', ...given }: StartOptions,
): Promise<Run> => {
  assertAcceptsStarts(context);
  checkKey(idempotencyKey);
  const isPlain = idempotencyKey === undefined && Object.values(given).every((value) => value === undefined);
  let known = isPlain ? remembered(context, principal, id) : null;
  for (let attempt = 1; attempt <= tries; attempt++) {
    const job = known ?? (await jobFor(context, principal, 'job.start', id));
    startsAsItIs(principal, given);
    // First: a start that is only repeated is refused for nothing that has come since.
    const earlier = idempotencyKey === undefined ? undefined : await runOfKey(context, job.id, idempotencyKey);
    if (earlier && context.clock.now() - earlier.createdAt < defaults.idempotencyMs) return earlier;
    if (attempt === 1) await refuseWithoutAccess(context, job);
    const overrides = readOverrides(context, job, given);
    const policy = overrides?.concurrencyPolicy ?? job.spec.concurrencyPolicy;
    const now = context.clock.now();
    const active = policy === 'Allow' ? [] : await context.store.active([job.id]);
    const verdict = overlap(policy, active);
    if (verdict.kind === 'forbidden') throw inTheWay(job, verdict.by);
    const replaced = verdict.kind === 'replace' ? verdict.ids : [];
    const run = newRun({
      sentence: waitsFor(context, job, replaced),
      id: context.entropy.id(),
      job,
      trigger,
      requestedBy: requestedBy(principal),
      now,
      ...(overrides && { overrides }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });
    const admitted = admitAtOnce(context, run, job);
    const insert: Change = {
      kind: 'run.insert',
      run: admitted?.run ?? run,
      ...(policy !== 'Allow' && { whileActive: active.map((one) => one.id) }),
    };
    const batch: Change[] = [
      ...(earlier ? [{ kind: 'run.release-key' as const, id: earlier.id }] : []),
      { kind: 'job.expect', id: job.id, revision: job.revision },
      insert,
      ...(admitted?.attempt ? [{ kind: 'attempt.insert' as const, attempt: admitted.attempt }] : []),
      ...stopRequests(replaced, 'replaced', principal.id, now),
    ];
    const [result] = await context.store.commit([batch]).catch((error: unknown) => {
      if (admitted) {
        context.lease.uncertain = true;
        context.wake();
      }
      throw error;
    });
    if (!result?.ok) {
      if (admitted?.attempt) giveBack(context, admitted.attempt);
      context.knownJobs.forget(id);
      known = null;
      continue;
    }
    context.knownJobs.put(job);
    context.counters.runsAccepted++;
    announceRun(context, run);
    if (admitted?.run) {
      act(context, admitted, now);
      return admitted.run;
    }
    context.backlog.add(run.executor);
    for (const other of replaced) noteStop(context, other, { cause: 'replaced', by: principal.id, at: now });
    context.wake();
    return run;
  }
  throw new RunyardError('edit-conflict', `The job, or its runs, kept changing while it was started. Try again.`, {
    id,
  });
};

// Whoever starts it is told at once; what nobody could be asked about, the run finds out by itself.
const refuseWithoutAccess = async (context: EngineContext, { spec }: Job): Promise<void> => {
  if (spec.secrets.length === 0 && spec.sources.every(({ credential }) => credential === null)) return;
  const findings = await accessFindings(context, spec, { signal: AbortSignal.timeout(longestAskMs), opened: false });
  const missing = errorsOf(findings);
  if (!missing) return;
  const { sentences, ...where } = missing;
  throw new RunyardError('missing-access', sentences, where);
};

const longestAskMs = 5_000;

// Not every store can keep one, and none should mean another key than was given.
const checkKey = (key: string | undefined): void => {
  if (!key?.includes('\0')) return;
  throw new RunyardError(
    'invalid-request',
    '`idempotencyKey` holds a NUL character, which not every store can keep: give a text without.',
    { field: 'idempotencyKey' },
  );
};

// As it was read last, which spares a read: whether it still is that is guarded by the write. Not where that could be refused
// for what has changed since.
const remembered = (context: EngineContext, principal: Principal, id: string): Job | null => {
  const job = context.knownJobs.get(id);
  if (!job || authorize(principal, 'job.start', { owner: job.spec.owner, job: job.id }) !== 'allow') return null;
  return job.spec.concurrencyPolicy === 'Allow' ? job : null;
};

const readOverrides = (context: EngineContext, job: Job, given: StartOverrides): StartOverrides | null => {
  if (Object.values(given).every((value) => value === undefined)) return null;
  const overrides = parseWith(overridesSchema, given, { code: 'invalid-request' });
  if (overrides.ref !== undefined) {
    const [first] = job.spec.sources;
    if (!first)
      throw new RunyardError('invalid-request', '`ref` was given, but the job has no source.', { field: 'ref' });
    context.source.check({ ...first, ref: overrides.ref, refType: null });
  }
  if (overrides.command !== undefined)
    context.executors.get(job.spec.executor)?.parseSpec({ ...job.spec, command: overrides.command });
  return overrides as StartOverrides;
};

const runOfKey = async ({ store }: EngineContext, jobId: string, idempotencyKey: string): Promise<Run | undefined> =>
  (await store.runs({ jobId, idempotencyKey, limit: 1 })).items[0];

const inTheWay = (job: Job, by: string): RunyardError =>
  new RunyardError(
    'forbidden-overlap',
    `Run ${by} of '${job.spec.name}' is active, and the job's concurrency policy is Forbid. Wait for it, cancel it, or start with the policy Allow.`,
    { id: by },
  );

import { setImmediate } from 'node:timers/promises';
import type { Run } from '../domain/run/run.ts';
import { endsOnlyItsAttempt } from '../domain/run/stop.ts';
import type { Change } from '../ports/store.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import type { Held, HeldWrite, Written } from './holdings.ts';
import { untilAnswered } from './retry.ts';

/** The lease is another's now: whoever holds it goes on, and we must not. */
export class LeaseLost extends Error {
  constructor(runId: string) {
    super(`another instance looks after run ${runId} now`);
    this.name = 'LeaseLost';
  }
}

/** What was to be written with it is guarded by what has changed since it was read; nothing was written. */
export class ReadAnew extends Error {
  constructor(runId: string) {
    super(`what goes with the end of run ${runId} was changed meanwhile`);
    this.name = 'ReadAnew';
  }
}

/**
 * Writes a held run and its attempt in one transaction, fenced by our lease. While the store cannot be reached it is tried
 * again; it throws `LeaseLost` when the guard does not hold, and `ReadAnew` when that of what is written with it does not. What comes while one is being
 * written goes out together.
 */
export const writeHeld = (context: EngineContext, held: Held, change: HeldWrite['change']): Promise<Written> => {
  const done = Promise.withResolvers<Written>();
  held.writes.push({ change, done });
  writeAll(context, held);
  return done.promise;
};

/** As above, but not before the event loop has gone round once: what soon becomes something else is written with that. */
export const writeHeldSoon = (context: EngineContext, held: Held, change: HeldWrite['change']): Promise<Written> => {
  const done = Promise.withResolvers<Written>();
  held.writes.push({ change, done });
  setImmediate().then(() => writeAll(context, held));
  return done.promise;
};

// Writes of one run go one after another.
const writeAll = async (context: EngineContext, held: Held): Promise<void> => {
  if (held.writing) return;
  held.writing = true;
  for (let waiting = held.writes.splice(0); waiting.length > 0; waiting = held.writes.splice(0)) {
    await writeOrReject(context, held, waiting);
  }
  held.writing = false;
};

const writeOrReject = async (context: EngineContext, held: Held, waiting: readonly HeldWrite[]): Promise<void> => {
  try {
    const written = await writeTogether(context, held, waiting);
    for (const [i, { done }] of waiting.entries()) done.resolve(written[i]!);
  } catch (error) {
    // That is the business of one of them.
    if (error instanceof ReadAnew && waiting.length > 1)
      for (const one of waiting) await writeOrReject(context, held, [one]);
    else for (const { done } of waiting) done.reject(error);
  }
};

const writeTogether = async (context: EngineContext, held: Held, waiting: readonly HeldWrite[]): Promise<Written[]> => {
  const versions: Written[] = [];
  let last: Written = { run: held.run, attempt: held.attempt };
  let retry = false;
  const others: Change[] = [];
  for (const { change } of waiting) {
    const wanted = change(last.run, last.attempt);
    if (wanted) last = { run: wanted.run ?? last.run, attempt: wanted.attempt ?? last.attempt };
    retry ||= wanted?.retry ?? false;
    others.push(...(wanted?.with ?? []));
    versions.push(last);
  }
  await write(context, held, last, { retry, others });
  return versions;
};

const write = async (
  context: EngineContext,
  held: Held,
  { run, attempt }: Written,
  { retry, others }: { retry: boolean; others: readonly Change[] },
): Promise<void> => {
  const { run: before, attempt: attemptBefore } = held;
  const batch: Change[] = [];
  const fence = { expectEpoch: before.leaseEpoch, expectState: before.state };
  if (run !== before) batch.push({ kind: 'run.write', run, ...fence, ...(retry && { retry }) });
  const isChanged = attempt !== attemptBefore;
  if (isChanged) {
    attempt.phases = [...held.phases];
    batch.push({ kind: 'attempt.write', attempt, expectState: attemptBefore.state, epoch: run.leaseEpoch });
  }
  if (batch.length === 0) return;
  const own = batch.length;
  batch.push(...others);

  let uncertain = false;
  const [result] = await untilAnswered(
    context.clock,
    held.detach.signal,
    () => context.store.commit([batch]),
    (error) => {
      uncertain = true;
      reportFault(context, error, 'The store did not take a change; trying again.', held);
    },
  );
  if (result && !result.ok && result.change >= own) throw new ReadAnew(run.id);
  if (!result?.ok && !(uncertain && (await isWritten(context, held, run)))) {
    held.detach.abort(new LeaseLost(run.id));
    throw held.detach.signal.reason;
  }
  const { stop } = held.run;
  const kept = retry && stop && endsOnlyItsAttempt(stop) ? null : stop;
  held.run = run.stop === kept ? run : { ...run, stop: kept };
  held.attempt = attempt;
};

// A commit that was rejected may still have happened; then its repetition meets its own result.
const isWritten = async (context: EngineContext, held: Held, run: Run): Promise<boolean> => {
  const { store, clock } = context;
  const stored = await untilAnswered(
    clock,
    held.detach.signal,
    () => store.run(run.id),
    () => {},
  );
  return stored !== null && stored.leaseEpoch === run.leaseEpoch && stored.state === run.state;
};

import type { Attempt, Run } from '../domain/run/run.ts';
import { endsOnlyItsAttempt } from '../domain/run/stop.ts';
import type { Change } from '../ports/store.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import type { Held } from './holdings.ts';
import { untilAnswered } from './retry.ts';

/** The lease is another's now: whoever holds it goes on, and we must not. */
export class LeaseLost extends Error {
  constructor(runId: string) {
    super(`another instance looks after run ${runId} now`);
    this.name = 'LeaseLost';
  }
}

export interface HeldChange {
  run?: Run;
  attempt?: Attempt;
  /** The run goes back to the queue: see `run.write`. */
  retry?: boolean;
}

/**
 * Writes a held run and its attempt in one transaction, fenced by our lease. `change` sees the newest version and may
 * return null to write nothing. While the store cannot be reached it is tried again; it throws `LeaseLost` when the
 * guard does not hold.
 */
export const writeHeld = (
  context: EngineContext,
  held: Held,
  change: (run: Run, attempt: Attempt) => HeldChange | null,
): Promise<void> => {
  const write = held.writes.then(() => writeNow(context, held, change));
  held.writes = write.catch(() => {});
  return write;
};

const writeNow = async (
  context: EngineContext,
  held: Held,
  change: (run: Run, attempt: Attempt) => HeldChange | null,
): Promise<void> => {
  const wanted = change(held.run, held.attempt);
  if (wanted === null) return;
  const { run: before, attempt: attemptBefore } = held;
  const run = wanted.run ?? before;
  const batch: Change[] = [];
  const fence = { expectEpoch: before.leaseEpoch, expectState: before.state };
  if (wanted.run) batch.push({ kind: 'run.write', run, ...fence, ...(wanted.retry && { retry: true }) });
  const attempt = wanted.attempt && { ...wanted.attempt, phases: [...held.phases] };
  if (attempt) batch.push({ kind: 'attempt.write', attempt, expectState: attemptBefore.state, epoch: run.leaseEpoch });

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
  if (!result?.ok && !(uncertain && (await isWritten(context, held, run)))) {
    held.detach.abort(new LeaseLost(run.id));
    throw held.detach.signal.reason;
  }
  const { stop } = held.run;
  held.run = { ...run, stop: wanted.retry && stop && endsOnlyItsAttempt(stop) ? null : stop };
  if (attempt) held.attempt = attempt;
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

import type { Job } from '../domain/job/job.ts';
import { isUnproved, type Outcome } from '../domain/run/outcome.ts';
import type { Attempt, Run } from '../domain/run/run.ts';
import { follow } from '../ports/follow.ts';
import { type AttemptLog, openAttemptLog } from './attempt-log.ts';
import { keyOf } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { watchDeadlines } from './deadlines.ts';
import { reportFault } from './fault.ts';
import { finishAttempt } from './finish.ts';
import { assumeGone, forsaken } from './forsake.ts';
import { BeingClosed, type Held, hold, track } from './holdings.ts';
import { stopMortal } from './lapse.ts';
import { launch } from './launch.ts';
import { isServedHere } from './place-of.ts';
import { readLeased } from './read-leased.ts';
import { resumeEnding } from './resume-ending.ts';
import { untilAnswered } from './retry.ts';
import { settleRun } from './settle-run.ts';
import { stopWhenAsked } from './stop-run.ts';
import { supervise } from './supervise.ts';
import { LeaseLost } from './write-held.ts';

/**
 * Looks after one admitted or adopted run until its attempt has ended and nothing is left of it. Goes on where the
 * attempt stands, so that adopting is the same call. Never throws: what goes wrong here is reported, and the next
 * instance goes on from what is durable.
 */
export const attend = (context: EngineContext, { run, attempt, job, outcome }: Attended): void => {
  const held = hold(context.holdings, run, attempt, job);
  track(
    context.holdings,
    attendHeld(context, held, outcome).catch((error: unknown) => letGo(context, held, error)),
  );
};

export interface Attended {
  run: Run;
  attempt: Attempt;
  job: Job;
  /** Known already, because nobody can be asked any more. */
  outcome?: Outcome;
}

const attendHeld = async (context: EngineContext, held: Held, known: Outcome | undefined): Promise<void> => {
  if (known && isUnproved(known)) return endWithoutItsPlace(context, held, known);
  const logged = follow(held.detach.signal);
  const log = openAttemptLog(context, {
    key: keyOf(held.attempt),
    epoch: held.run.leaseEpoch,
    signal: logged.signal,
    onPhase: (name, at) => held.phases.push({ name, at }),
  });
  const over = follow(held.detach.signal);
  const { signal } = over;
  try {
    const background = known
      ? []
      : [watchDeadlines, stopWhenAsked, assumeGone].map((task) => task(context, held, signal));
    for (const task of background) task.catch(() => {}); // heard of below, unless the attempt fails first
    const ended = known ?? (await Promise.race([runAttempt(context, held, log, signal), forsaken(held, signal)]));
    // One that was done in time is done; what is recorded of it is fenced like everything else.
    const succeeded = ended.class === 'exited' && ended.code === 0;
    const outcome = held.lapsed && !succeeded ? lapsed : ended;
    context.checkpoint('supervise.ended');
    over.end();
    if (isUnproved(outcome)) {
      // Two writers of one log would be one too many.
      logged.end();
      await log.close();
      return await endWithoutItsPlace(context, held, outcome);
    }
    await Promise.all(background);
    await log.drained();
    await settleRun(context, held, outcome);
    if (context.holdings.runs.get(held.run.id) === held) context.holdings.runs.delete(held.run.id);
    context.holdings.ending.add(keyOf(held.attempt));
    await finishAttempt(context, { run: held.run, attempt: held.attempt, signal: held.detach.signal }, log);
  } finally {
    context.holdings.ending.delete(keyOf(held.attempt));
    context.holdings.attended.delete(held);
    held.over.resolve();
    over.end();
    await log.close();
  }
};

// What is left of it at its place is for whoever serves that, once it answers: stopped, its log read from where it stands.
const endWithoutItsPlace = async (context: EngineContext, held: Held, outcome: Outcome): Promise<void> => {
  const { holdings } = context;
  try {
    await settleRun(context, held, outcome);
    if (holdings.runs.get(held.run.id) === held) holdings.runs.delete(held.run.id);
    if (!isServedHere(context, held.attempt)) return;
    holdings.ending.add(keyOf(held.attempt));
    await resumeEnding(context, held.attempt);
  } finally {
    holdings.attended.delete(held);
    held.over.resolve();
  }
};

const runAttempt = async (
  context: EngineContext,
  held: Held,
  log: AttemptLog,
  signal: AbortSignal,
): Promise<Outcome> => {
  const { state, executor } = held.attempt;
  if (state === 'preparing' || state === 'prepared') {
    const ended = await context.launches.add(executor, () => launch(context, held, log, signal));
    context.wake();
    if (ended) return ended;
  }
  return supervise(context, held, log, signal);
};

const letGo = (context: EngineContext, held: Held, error: unknown): void => {
  if (context.holdings.runs.get(held.run.id) === held) context.holdings.runs.delete(held.run.id);
  if (context.holdings.closing.signal.aborted || error instanceof BeingClosed) return;
  if (error instanceof LeaseLost) {
    context.logger.warn({ runId: held.run.id, instance: context.instance }, error.message);
    // A guard may fail for another reason: then it is still ours, and taken up as the store has it.
    context.lease.uncertain = true;
    context.wake();
    track(
      context.holdings,
      stopMortal(context, held).catch(() => {}),
    );
  } else {
    reportFault(context, error, `Looking after attempt ${keyOf(held.attempt)} failed; it is taken up again.`, held);
    track(
      context.holdings,
      takeUpAgain(context, held).catch(() => {}),
    );
  }
};

// A fault of ours, or one that nobody foresaw, must not leave a run that nobody looks after.
const takeUpAgain = async (context: EngineContext, { run: { id } }: Held): Promise<void> => {
  const signal = context.holdings.closing.signal;
  await context.clock.sleep(againMs, signal);
  const leased = await untilAnswered(
    context.clock,
    signal,
    () => readLeased(context, id),
    () => {},
  );
  if (leased && !context.holdings.runs.has(id)) attend(context, leased);
};

const againMs = 5000;

const lapsed: Outcome = {
  class: 'lost',
  sentence: 'The lease of the process that it ran in could not be renewed, so it was stopped.',
};

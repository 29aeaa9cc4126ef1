import type { Job } from '../domain/job/job.ts';
import { isUnproved, type Outcome } from '../domain/run/outcome.ts';
import type { Attempt, Run } from '../domain/run/run.ts';
import { type Following, follow } from '../ports/follow.ts';
import { noLonger } from '../ports/no-longer.ts';
import { type AttemptLog, openAttemptLog } from './attempt-log.ts';
import { keyOf } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { hasDeadlines, watchDeadlines } from './deadlines.ts';
import { reportFault } from './fault.ts';
import { finishAttempt } from './finish.ts';
import { assumeGone, mayBeAssumedGone, unlessForsaken } from './forsake.ts';
import { BeingClosed, type Held, hold, track } from './holdings.ts';
import { stopMortal } from './lapse.ts';
import { launch, startReserved } from './launch.ts';
import { isMortal, isServedHere } from './place-of.ts';
import { readLeased } from './read-leased.ts';
import { resumeEnding } from './resume-ending.ts';
import { untilAnswered } from './retry.ts';
import { settleRun } from './settle-run.ts';
import { stopAsAsked } from './stop-run.ts';
import { supervise } from './supervise.ts';
import { tellable } from './tellable.ts';
import { LeaseLost } from './write-held.ts';

/**
 * Looks after one admitted or adopted run until its attempt has ended and nothing is left of it. Goes on where the
 * attempt stands, so that adopting is the same call. Never throws: what goes wrong here is reported, and the next
 * instance goes on from what is durable.
 */
export const attend = (context: EngineContext, { run, attempt, job, fresh = false, outcome }: Attended): void => {
  const held = hold(context.holdings, { run, attempt, job, fresh });
  track(
    context.holdings,
    attendHeld(context, held, outcome).catch((error: unknown) => letGo(context, held, error)),
  );
};

export interface Attended {
  run: Run;
  attempt: Attempt;
  job: Job;
  /** See `Held`. */
  fresh?: boolean;
  /** Known already, because nobody can be asked any more. */
  outcome?: Outcome;
}

const attendHeld = async (context: EngineContext, held: Held, known: Outcome | undefined): Promise<void> => {
  if (known && isUnproved(known)) return endWithoutItsPlace(context, held, known, null);
  const log = openAttemptLog(context, {
    key: keyOf(held.attempt),
    epoch: held.run.leaseEpoch,
    signal: held.detach.signal,
    masker: held.masker,
    fresh: held.fresh && isMortal(context, held.attempt),
    onPhase: (name, at) => held.phases.push({ name, at }),
  });
  const tasks = backgroundOf(held);
  try {
    if (!known) {
      if (hasDeadlines(held)) tasks.begin((signal) => watchDeadlines(context, held, signal));
      if (mayBeAssumedGone(held)) tasks.begin((signal) => assumeGone(context, held, signal));
      held.halt.on(() => tasks.begin((signal) => stopAsAsked(context, held, signal)));
    }
    const ended = known ?? (await unlessForsaken(held, runAttempt(context, held, log, tasks)));
    // One that was done in time is done; what is recorded of it is fenced like everything else.
    const succeeded = ended.class === 'exited' && ended.code === 0;
    const outcome = held.lapsed && !succeeded ? lapsed : ended;
    context.checkpoint('supervise.ended');
    tasks.abort();
    if (isUnproved(outcome)) return await endWithoutItsPlace(context, held, outcome, log);
    await tasks.over();
    await log.drained();
    // Before it is recorded, so that a recovery that reads it in that moment leaves it to us.
    context.holdings.ending.add(keyOf(held.attempt));
    await settleRun(context, held, tellable(held, outcome), isMortal(context, held.attempt) && log.isAbsent());
    if (context.holdings.runs.get(held.run.id) === held) context.holdings.runs.delete(held.run.id);
    await finishAttempt(context, { ...held, signal: held.detach.signal }, log);
  } finally {
    context.holdings.ending.delete(keyOf(held.attempt));
    context.holdings.attended.delete(held);
    held.over.resolve();
    tasks.abort();
    await log.close();
  }
};

// What goes on beside the attempt, and ends with it. Most have nothing of that.
const backgroundOf = (held: Held): Background => {
  let following: Following | null = null;
  let aborted = false;
  const tasks: Promise<void>[] = [];
  const background: Background = {
    signal() {
      following ??= follow(held.detach.signal);
      if (aborted) following.end();
      return following.signal;
    },
    begin(task) {
      if (aborted) return;
      const begun = task(background.signal());
      begun.catch(() => {}); // heard of at the end, unless the attempt fails first
      tasks.push(begun);
    },
    abort() {
      aborted = true;
      following?.end();
    },
    over: async () => void (tasks.length > 0 && (await Promise.all(tasks))),
  };
  return background;
};

interface Background {
  /** Aborted when nobody waits for the attempt any more. */
  signal(): AbortSignal;
  begin(task: (signal: AbortSignal) => Promise<void>): void;
  abort(): void;
  over(): Promise<void>;
}

// What is left of it at its place is for whoever serves that, once it answers: stopped, its log read from where it stands.
const endWithoutItsPlace = async (
  context: EngineContext,
  held: Held,
  outcome: Outcome,
  log: AttemptLog | null,
): Promise<void> => {
  const { holdings } = context;
  try {
    await settleRun(context, held, outcome);
    if (holdings.runs.get(held.run.id) === held) holdings.runs.delete(held.run.id);
    // Two writers of one log would be one too many.
    held.detach.abort(noLonger);
    await log?.close();
    if (!isServedHere(context, held.attempt)) return;
    holdings.ending.add(keyOf(held.attempt));
    await resumeEnding(context, held.attempt);
  } finally {
    holdings.attended.delete(held);
    held.over.resolve();
  }
};

const runAttempt = async (context: EngineContext, held: Held, log: AttemptLog, tasks: Background): Promise<Outcome> => {
  const { state, executor } = held.attempt;
  if (state === 'preparing' || state === 'prepared') {
    if (await startReserved(context, held, log)) return supervise(context, held, log, held.detach.signal);
    const ended = await context.launches.add(executor, () => launch(context, held, log, tasks.signal()));
    context.wake();
    if (ended) return ended;
  }
  return supervise(context, held, log, tasks.signal());
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

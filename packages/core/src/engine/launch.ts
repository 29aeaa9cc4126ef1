import { isRunyardError } from '../domain/errors.ts';
import { infrastructureFailed, isAttemptFailed, isAttemptMissing } from '../domain/run/launch-errors.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import type { Handle, ResolvedSource } from '../domain/run/run.ts';
import type { Launch } from '../ports/executor.ts';
import { follow } from '../ports/follow.ts';
import type { AttemptLog } from './attempt-log.ts';
import { buildLaunch, composeLaunch, resolveCommits } from './build-launch.ts';
import { keyOf } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { executorOf } from './executor-of.ts';
import { noteSilence } from './explain.ts';
import { reportFault } from './fault.ts';
import type { Held } from './holdings.ts';
import { hasShares } from './place-of.ts';
import { untilAnswered } from './retry.ts';
import { writeHeld } from './write-held.ts';

/**
 * Takes an attempt from its recorded key to started: resolve, prepare, write the handle, start. Each step may be the
 * one after which we die; all are repeated with the same key. Returns the outcome where it ended before it ran, else null.
 */
export const launch = async (
  context: EngineContext,
  held: Held,
  log: AttemptLog,
  over: AbortSignal,
): Promise<Outcome | null> => {
  // A stop ends the launch as a close does, but with an outcome.
  const either = follow(over);
  const forget = held.halt.on(either.end);
  const { signal } = either;
  try {
    const { handle: recorded } = held.attempt;
    if (recorded && (await hasBegun(context, held, recorded, signal))) return null;
    const { built, handle } = recorded
      ? { built: await rebuild(context, held, log, signal), handle: recorded }
      : await prepare(context, held, log, signal);
    // Only the repetition ends with a stop request, never a start that is under way: it would be unclear what runs.
    await unlessUnavailable(context, held, signal, async () =>
      executorOf(context, held).start(handle, { launch: built, signal: over }),
    );
    context.checkpoint('start.done');
    return null;
  } catch (error) {
    over.throwIfAborted();
    if (held.attempt.handle && held.halt.happened) return null;
    return outcomeOf(context, held, error);
  } finally {
    forget();
    either.end();
  }
};

/**
 * Starts what was reserved with its admission, for which nothing has to be waited for. False: not yet, and `launch` finds out
 * why.
 */
export const startReserved = async (context: EngineContext, held: Held, log: AttemptLog): Promise<boolean> => {
  const { handle } = held.attempt;
  if (!held.fresh || !handle || held.halt.happened) return false;
  try {
    const { signal } = held.detach;
    const launch = composeLaunch(context, held, { commits: [], secrets: [], log, signal });
    await executorOf(context, held).start(handle, { launch, signal });
    context.checkpoint('start.done');
    return true;
  } catch {
    return false;
  }
};

const prepare = async (
  context: EngineContext,
  held: Held,
  log: AttemptLog,
  signal: AbortSignal,
): Promise<{ built: Launch; handle: Handle }> => {
  context.checkpoint('prepare.begun');
  const commits = await unlessUnavailable(context, held, signal, () => resolveCommits(context, held, log, signal));
  const built = await unlessUnavailable(context, held, signal, () => buildLaunch(context, held, commits, log, signal));
  const handle = await unlessUnavailable(context, held, signal, async () =>
    executorOf(context, held).prepare(built, signal),
  );
  context.checkpoint('prepare.done');
  try {
    signal.throwIfAborted();
    await settleIn(context, held, handle, signal);
    await recordHandle(context, held, handle, commits);
    context.checkpoint('handle.committed');
  } catch (error) {
    // What we made is inert and unknown to the store: take it away now, or leave it to the sweeper.
    if ((held.halt.happened || isAttemptFailed(error)) && !held.detach.signal.aborted)
      await executorOf(context, held)
        .remove(handle, held.detach.signal)
        .catch(() => {});
    throw error;
  }
  return { built, handle };
};

// Since its admission another engine may have come to stand behind the executor. Where there is something to share out, it was given its share of the one before.
const settleIn = async (context: EngineContext, held: Held, { place }: Handle, signal: AbortSignal): Promise<void> => {
  const { executor, place: admittedAt } = held.attempt;
  if (place === admittedAt) return;
  const shares = hasShares(context, executor);
  await context.places.ask(signal);
  if (!shares) return;
  throw infrastructureFailed(
    'place-changed',
    `It was admitted at the place ${admittedAt}, and what answers now is ${place}: nothing of it ran.`,
  );
};

// After an adoption it may run already; then nothing of what a start needs matters any more, nor may its lack end it.
const hasBegun = async (context: EngineContext, held: Held, handle: Handle, signal: AbortSignal): Promise<boolean> => {
  const look = async () => executorOf(context, held).inspect(handle, signal);
  const { state } = await unlessUnavailable(context, held, signal, look);
  return state !== 'prepared' && state !== 'missing';
};

const rebuild = async (context: EngineContext, held: Held, log: AttemptLog, signal: AbortSignal): Promise<Launch> =>
  unlessUnavailable(context, held, signal, () => buildLaunch(context, held, held.run.commits ?? [], log, signal));

const recordHandle = async (
  context: EngineContext,
  held: Held,
  handle: Handle,
  commits: ResolvedSource[],
): Promise<void> => {
  await writeHeld(context, held, (run, attempt) => ({
    run: { ...run, commits, sentence: null, place: handle.place },
    attempt: { ...attempt, state: 'prepared', handle, place: handle.place },
  }));
};

const unlessUnavailable = async <T>(
  context: EngineContext,
  held: Held,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> =>
  untilAnswered(context.clock, signal, call, (error) => {
    if (!isUnavailable(error)) throw error;
    noteSilence(context, held, `Waiting for the executor: ${error.message}`);
  });

// Never an outcome: who could not ask asks again.
const isUnavailable = (error: unknown): error is Error =>
  isRunyardError(error) && error.code === 'executor-unavailable';

// Functions are each instance's own. Where there may be others, as while a deploy rolls, one of them may have it: the run goes back into the queue for whoever
// takes it next, as often as infrastructure may fail.
const orElsewhere = ({ exclusive, store }: EngineContext, outcome: Outcome): Outcome => {
  const areOthers = !exclusive && store.watch !== undefined;
  if (!areOthers || outcome.class !== 'start-failed' || outcome.reason !== 'unknown-function') return outcome;
  return { ...outcome, class: 'infrastructure', sentence: `${outcome.sentence} Another instance may have it.` };
};

const outcomeOf = (context: EngineContext, held: Held, error: unknown): Outcome => {
  const key = keyOf(held.attempt);
  if (held.halt.happened)
    return { class: 'infrastructure', reason: 'stopped', sentence: 'It was stopped before it ran.' };
  if (isUnavailable(error)) throw error;
  if (isAttemptFailed(error)) return orElsewhere(context, error.outcome);
  if (isAttemptMissing(error))
    return {
      class: 'infrastructure',
      reason: 'vanished',
      sentence: `What was prepared for ${key} is gone from its place, and nothing tells whether it ran.`,
    };
  if (isRunyardError(error))
    return orElsewhere(context, { class: 'start-failed', reason: error.code, sentence: error.message });
  reportFault(context, error, `Preparing ${key} failed.`, held);
  const words = error instanceof Error ? error.message : String(error);
  return { class: 'infrastructure', reason: 'launch-failed', sentence: `It could not be prepared: ${words}` };
};

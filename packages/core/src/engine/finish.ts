import { defaults } from '../domain/job/defaults.ts';
import { isUnproved } from '../domain/run/outcome.ts';
import { type Attempt, type AttemptState, holdsGpus, type Run } from '../domain/run/run.ts';
import { announceAttempt } from './announce.ts';
import type { AttemptLog } from './attempt-log.ts';
import { keyOf } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { executorOf } from './executor-of.ts';
import { reportFault } from './fault.ts';
import type { Masker } from './masking/masker.ts';
import { diedWithItsProcess, isElsewhere, isMortal } from './place-of.ts';
import { untilAnswered } from './retry.ts';

export interface Ending {
  run: Run;
  attempt: Attempt;
  masker: Masker;
  signal: AbortSignal;
}

/**
 * `ended → sealed → disposed`, each step durable, so that nothing is removed before its log is whole. Resumable. What lives
 * in this process needs no word in between: when we die it is gone. Where another place is behind the executor by then, it stays `sealed`.
 */
export const finishAttempt = async (context: EngineContext, ending: Ending, log: AttemptLog): Promise<void> => {
  let { attempt } = ending;
  const step = async (state: AttemptState): Promise<void> => {
    const before = attempt;
    attempt = { ...before, state };
    const change = { kind: 'attempt.write', attempt, expectState: before.state } as const;
    // Another instance may have done it; then there is nothing to write.
    await patiently(
      context,
      ending,
      () => context.store.commit([[change]]),
      'The store did not take the end of an attempt.',
    );
  };
  if (attempt.state === 'ended') {
    context.checkpoint('seal.begun');
    await stopUnproved(context, ending);
    await log.seal();
    context.checkpoint('seal.done');
    const held = holdsGpus(attempt);
    if (!isMortal(context, attempt)) await step('sealed');
    // Somebody may have waited for what it held until now.
    if (held) context.wake();
    context.checkpoint('seal.committed');
  }
  if (!(await removeWhatIsLeft(context, ending))) return;
  context.checkpoint('dispose.done');
  if (attempt.state !== 'disposed') await step('disposed');
  context.checkpoint('dispose.committed');
  announceAttempt(context, 'attempt.disposed', ending.run, attempt);
};

// False: another place is behind its executor now. What is left of it there is for whoever serves that one again.
const removeWhatIsLeft = async (context: EngineContext, ending: Ending): Promise<boolean> => {
  const { attempt, signal } = ending;
  const { handle } = attempt;
  if (!handle || diedWithItsProcess(context, attempt)) return true;
  const remove = async (): Promise<boolean> => {
    try {
      await executorOf(context, { attempt }).remove(handle, signal);
      return true;
    } catch (error) {
      if (isElsewhere(context, attempt)) return false;
      throw error;
    }
  };
  return patiently(context, ending, remove, `What is left of attempt ${keyOf(attempt)} cannot be removed yet.`);
};

/** What was given up without its place may still run there: it is stopped before anything else, so that its log has an end. */
export const stopUnproved = async (context: EngineContext, ending: Ending): Promise<void> => {
  const { attempt, run, signal } = ending;
  const { handle } = attempt;
  if (!handle || !isUnproved(attempt.outcome) || diedWithItsProcess(context, attempt)) return;
  const job = await patiently(context, ending, () => context.store.jobAt(run.jobId, run.revision), unread);
  const graceMs = job?.spec.limits.graceMs ?? defaults.limits.graceMs;
  await patiently(
    context,
    ending,
    async () => executorOf(context, { attempt }).stop(handle, { graceMs, signal }),
    `Attempt ${keyOf(attempt)} was given up without its place, and cannot be stopped there yet.`,
  );
};

const unread = 'The job of an attempt that was given up could not be read.';

const patiently = <T>(
  context: EngineContext,
  { run, masker, signal }: Ending,
  call: () => Promise<T>,
  sentence: string,
): Promise<T> =>
  untilAnswered(context.clock, signal, call, (error) => reportFault(context, error, sentence, { run, masker }));

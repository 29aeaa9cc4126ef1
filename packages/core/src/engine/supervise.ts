import type { Job } from '../domain/job/job.ts';
import { isAttemptMissing } from '../domain/run/launch-errors.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import type { Handle } from '../domain/run/run.ts';
import { transition } from '../domain/run/transition.ts';
import type { Executor, Progress } from '../ports/executor.ts';
import { announceAttempt, announceRun } from './announce.ts';
import type { AttemptLog } from './attempt-log.ts';
import { callbackSecrets } from './callback.ts';
import type { EngineContext } from './context.ts';
import { executorOf } from './executor-of.ts';
import { noteSilence } from './explain.ts';
import type { Held } from './holdings.ts';
import { untilAnswered } from './retry.ts';
import { secretValues } from './secrets.ts';
import { tellProgress } from './tell-progress.ts';
import { writeHeldSoon } from './write-held.ts';

/**
 * Waits for the attempt's outcome, follows its log, and records that it runs. A broken stream or an engine that cannot
 * be reached is never an outcome: the wait is begun again until there is one.
 */
export const supervise = async (
  context: EngineContext,
  held: Held,
  log: AttemptLog,
  signal: AbortSignal,
): Promise<Outcome> => {
  const { handle } = held.attempt;
  if (!handle)
    throw new TypeError(`attempt ${held.attempt.attempt} of run ${held.run.id} is supervised without a handle`);
  const neverRan =
    held.halt.happened && held.attempt.state === 'prepared' ? await stopInert(context, held, handle, signal) : null;
  if (neverRan) return neverRan;
  held.isBlind = mayTell(held.job) && !held.masker.isBusy();
  context.checkpoint('supervise.begun');
  log.copy(() => readyToCopy(context, held), handle, { follow: true });
  const onProgress = (progress: Progress): void => note(context, held, progress);
  return untilAnswered(
    context.clock,
    signal,
    async () => {
      const executor = executorOf(context, held);
      return executor.wait(handle, { signal, onProgress }).catch((error: unknown) => {
        if (isAttemptMissing(error)) return { class: 'lost' as const, sentence: error.message };
        throw error;
      });
    },
    (error) =>
      noteSilence(
        context,
        held,
        `Its place does not answer: ${error instanceof Error ? error.message : String(error)}`,
      ),
  );
};

const mayTell = ({ spec }: Job): boolean =>
  spec.secrets.length > 0 || spec.sources.some(({ credential }) => credential !== null);

// What is masked is known to whoever built the launch; after an adoption that was somebody else.
const readyToCopy = async (context: EngineContext, held: Held): Promise<Executor> => {
  held.masker.add(callbackSecrets(context, held).map(({ value }) => value));
  if (mayTell(held.job)) held.masker.add(await secretValues(context, held, held.detach.signal));
  held.isBlind = false;
  return executorOf(context, held);
};

// Stopped between its handle and its start: what is inert never ends by itself.
const stopInert = (
  context: EngineContext,
  held: Held,
  handle: Handle,
  signal: AbortSignal,
): Promise<Outcome | null> => {
  const { graceMs } = held.job.spec.limits;
  return untilAnswered(
    context.clock,
    signal,
    async () => {
      const executor = executorOf(context, held);
      await executor.stop(handle, { graceMs, signal });
      const { state } = await executor.inspect(handle, signal);
      if (state !== 'prepared' && state !== 'missing') return null;
      return { class: 'infrastructure', reason: 'stopped', sentence: 'It was stopped before it ran.' };
    },
    () => {},
  );
};

const note = (context: EngineContext, held: Held, progress: Progress): void => {
  const { state, sentence = 'Waiting for the engine to start it.', at } = progress;
  if (state === 'waiting') tellProgress(context, held, { ...progress, sentence });
  // An engine may count in whole seconds, or have a clock of its own that is behind ours.
  else recordRunning(context, held, Math.max(held.attempt.createdAt, context.time.fromHost(at)));
};

const recordRunning = (context: EngineContext, held: Held, at: number): void => {
  let first = false;
  writeHeldSoon(context, held, (run, attempt) => {
    const running = transition(run, { kind: 'run', at });
    const started = attempt.state === 'prepared';
    if (!running && !started) {
      // It answers again after a silence.
      const told = run.sentence !== null || run.silentSince !== null;
      const quiet = told ? transition(run, { kind: 'explain', sentence: null }) : null;
      return quiet && { run: quiet };
    }
    first = started;
    held.running.happen();
    return {
      ...(running && { run: running }),
      ...(started && { attempt: { ...attempt, state: 'started' as const, startedAt: at } }),
    };
  }).then(
    ({ run, attempt }) => {
      if (!first) return;
      context.checkpoint('supervise.running');
      announceAttempt(context, 'attempt.started', run, attempt);
      if (run.state === 'running') announceRun(context, run);
    },
    () => {},
  );
};

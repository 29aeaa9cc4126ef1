import type { StopCause } from '../domain/run/run.ts';
import { askedAgain, isAbandoned } from '../domain/run/stop.ts';
import { transition } from '../domain/run/transition.ts';
import { noLonger } from '../ports/no-longer.ts';
import type { Change } from '../ports/store.ts';
import { announceRun } from './announce.ts';
import type { EngineContext } from './context.ts';
import { executorOf } from './executor-of.ts';
import { noteSilence } from './explain.ts';
import type { Held } from './holdings.ts';
import { untilAnswered } from './retry.ts';
import { writeHeld } from './write-held.ts';

/**
 * Asks a run to stop. Durable when it resolves; anyone may ask, and the first cause is kept. `epoch` is for the holder of the
 * lease, who speaks of the attempt that it looks after. The holder of the lease
 * does it; a queued run is ended by the next tick. False: it had ended, or was asked before.
 */
export const requestStop = async (
  context: EngineContext,
  id: string,
  { cause, by, epoch }: { cause: StopCause; by: string; epoch?: number },
): Promise<boolean> => {
  const stop = { cause, by, at: context.clock.now() };
  const request: Change = { kind: 'run.request-stop', id, stop, ...(epoch !== undefined && { epoch }) };
  const [result] = await context.store.commit([[request]]);
  // A request that was written before, and its answer lost, is as good.
  if (result?.ok) noteStop(context, id, stop);
  else context.wake();
  return result?.ok ?? false;
};

/** Acts on a stop request that is durable. */
export const noteStop = (context: EngineContext, id: string, stop: NonNullable<Held['run']['stop']>): void => {
  const held = context.holdings.runs.get(id);
  const kept = held ? askedAgain(held.run.stop, stop) : null;
  if (held && kept) {
    held.run = { ...held.run, stop: kept };
    held.halt.abort(kept.cause);
    if (isAbandoned(kept)) held.forsaken.abort(noLonger);
  }
  context.wake();
};

/** TERM, grace, KILL, once the run is asked to stop and there is something to stop. Repeated until the place answers. */
export const stopWhenAsked = async (context: EngineContext, held: Held, signal: AbortSignal): Promise<void> => {
  try {
    await untilAborted(held.halt.signal, signal);
    const { handle } = held.attempt;
    // Without a handle nothing runs: the launch ends by itself.
    if (!handle) return;
    let first = false;
    await writeHeld(context, held, (run) => {
      const stopping = transition(run, { kind: 'stop' });
      first = stopping !== null;
      return stopping && { run: stopping };
    });
    if (first) announceRun(context, held.run);
    const { graceMs } = held.job.spec.limits;
    await untilAnswered(
      context.clock,
      signal,
      async () => executorOf(context, held).stop(handle, { graceMs, signal }),
      (error) =>
        noteSilence(
          context,
          held,
          `It could not be stopped yet: ${error instanceof Error ? error.message : String(error)}`,
        ),
    );
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};

const untilAborted = (wanted: AbortSignal, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (wanted.aborted) return resolve();
    const end = (): void => {
      wanted.removeEventListener('abort', asked);
      signal.removeEventListener('abort', over);
    };
    const asked = (): void => {
      end();
      resolve();
    };
    const over = (): void => {
      end();
      reject(signal.reason);
    };
    wanted.addEventListener('abort', asked);
    signal.addEventListener('abort', over);
  });

import type { StopCause } from '../domain/run/run.ts';
import { askedAgain, isAbandoned } from '../domain/run/stop.ts';
import { transition } from '../domain/run/transition.ts';
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
 * does it; a queued run is ended by the next tick. What it comes `with` is written if it is. False: it had ended, or was asked before.
 */
export const requestStop = async (
  context: EngineContext,
  id: string,
  { cause, by, epoch, with: told = [] }: { cause: StopCause; by: string; epoch?: number; with?: readonly Change[] },
): Promise<boolean> => {
  const stop = { cause, by, at: context.clock.now() };
  const request: Change = { kind: 'run.request-stop', id, stop, ...(epoch !== undefined && { epoch }) };
  const [result] = await context.store.commit([[request, ...told]]);
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
    held.halt.happen();
    if (isAbandoned(kept)) held.forsaken.happen();
  }
  context.wake();
};

/** TERM, grace, KILL, for a run that is asked to stop, where there is something to stop. Repeated until the place answers. */
export const stopAsAsked = async (context: EngineContext, held: Held, signal: AbortSignal): Promise<void> => {
  try {
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

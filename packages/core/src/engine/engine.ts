import { noLonger } from '../ports/no-longer.ts';
import type { EngineContext } from './context.ts';
import { waitForActive } from './drain.ts';
import { reportFault } from './fault.ts';
import { detachAll, type Held } from './holdings.ts';
import { stopWhenLapsed } from './lapse.ts';
import { adoptPeriodically, keepLease, releaseLease, renewLease } from './lease.ts';
import { runLoop, type Waker } from './loop.ts';
import { watchPlaces } from './places.ts';
import { recover } from './recover.ts';
import { rewind } from './rewind.ts';
import { sweepPeriodically } from './sweep.ts';
import { tick } from './tick.ts';

export interface Engine {
  /** Recovers, then fires and launches until `stop`. Resolves when everything of before is adopted. */
  start(): Promise<void>;
  /** Lets go of everything. Durable attempts go on; those of this process are aborted, get the grace, and are settled. */
  stop(options: { drain: boolean; timeoutMs: number | null }): Promise<void>;
}

/** How long the last writes of ending runs may take at close, once nothing of theirs runs any more. */
const settleMs = 5000;

export const createEngine = (context: EngineContext, waker: Waker): Engine => {
  const firing = new AbortController();
  const running = new AbortController();
  let loop: Promise<unknown> = Promise.resolve();
  return {
    async start() {
      await context.places.ask(running.signal);
      if (!context.exclusive) await renewLease(context);
      await recover(context);
      loop = Promise.all([
        rewind(context, running.signal).catch((error: unknown) => {
          if (!running.signal.aborted)
            reportFault(context, error, 'Cursors that are too far ahead could not be looked for.');
        }),
        runLoop(context, waker, firing.signal, () => tick(context)),
        sweepPeriodically(context, running.signal),
        watchPlaces(context, running.signal),
        keepLease(context, running.signal),
        adoptPeriodically(context, running.signal),
        stopWhenLapsed(context, running.signal),
      ]);
    },
    async stop({ drain, timeoutMs }) {
      // Nothing new fires or is admitted from now on.
      firing.abort(new Error('the engine stops'));
      if (drain) await waitForActive(context, timeoutMs);
      running.abort(new Error('the engine stops'));
      await loop;
      // What cannot outlive us is ended while there still is somebody to record it.
      await endWhatDiesWithUs(context);
      detachAll(context.holdings, new Error('this Runyard was closed'));
      await Promise.all(context.holdings.tasks);
      await releaseLease(context).catch(() => {});
    },
  };
};

const endWhatDiesWithUs = async (context: EngineContext): Promise<void> => {
  const { holdings, clock } = context;
  const mortal = new Map([...context.executors].filter(([, { durable }]) => !durable));
  const theirs = [...holdings.runs.values()].filter(({ attempt }) => mortal.has(attempt.executor));
  // What has not begun to run has nothing to end: whoever recovers it begins it again.
  for (const held of theirs)
    if (held.attempt.state !== 'started') held.detach.abort(new Error('this Runyard is being closed'));
  const closing = [...mortal].map(async ([name, executor]) =>
    executor.close?.({ graceMs: longestGrace(theirs, name) }),
  );
  for (const result of await Promise.allSettled(closing))
    if (result.status === 'rejected') reportFault(context, result.reason, 'An executor could not be closed.');
  const over = new AbortController();
  const settled = Promise.all(theirs.map(({ over: gone }) => gone.promise));
  if (theirs.length > 0) await Promise.race([settled, clock.sleep(settleMs, over.signal).catch(() => {})]);
  over.abort(noLonger);
};

const longestGrace = (theirs: readonly Held[], executor: string): number =>
  Math.max(
    0,
    ...theirs.filter(({ attempt }) => attempt.executor === executor).map(({ job }) => job.spec.limits.graceMs),
  );

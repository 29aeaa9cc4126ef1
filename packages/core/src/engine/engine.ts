import { noLonger } from '../ports/no-longer.ts';
import type { EngineContext } from './context.ts';
import { waitForActive } from './drain.ts';
import { reportFault } from './fault.ts';
import { BeingClosed, detachAll, type Held } from './holdings.ts';
import { stopWhenLapsed } from './lapse.ts';
import { adoptPeriodically, keepLease, releaseLease, renewLease } from './lease.ts';
import { runLoop } from './loop.ts';
import { notifyPeriodically } from './notices/notify-periodically.ts';
import { readWebhooks } from './notices/webhooks-known.ts';
import { watchPlaces } from './places.ts';
import { prunePeriodically } from './prune.ts';
import { reconcileGpus } from './reconcile-gpus.ts';
import { recoverAtStart } from './recover.ts';
import { untilAnswered } from './retry.ts';
import { rewind } from './rewind.ts';
import { sweepPeriodically } from './sweep.ts';
import { tick } from './tick.ts';
import type { Waker } from './waker.ts';
import { watchLaunches } from './watch-launches.ts';

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
  const leasing = new AbortController();
  let ticking: Promise<unknown> = Promise.resolve();
  let loop: Promise<unknown> = Promise.resolve();
  let leases: Promise<unknown> = Promise.resolve();
  return {
    async start() {
      await context.places.ask(running.signal);
      if (!context.exclusive) await renewLease(context);
      // From now on, since recovering may take longer than a lease.
      leases = Promise.all([keepLease(context, leasing.signal), stopWhenLapsed(context, leasing.signal)]);
      // What is recovered may end, and somebody may want to know.
      await untilRead(context, running.signal);
      await recoverAtStart(context, running.signal);
      ticking = runLoop(context, waker, firing.signal, () => tick(context));
      loop = Promise.all([
        ticking,
        // Until then its GPUs wait.
        reconcileGpus(context, running.signal).then(context.wake),
        rewindAtStart(context, running.signal),
        sweepPeriodically(context, running.signal),
        prunePeriodically(context, running.signal),
        notifyPeriodically(context, running.signal),
        watchLaunches(context, running.signal),
        watchPlaces(context, running.signal),
        adoptPeriodically(context, running.signal),
      ]);
    },
    async stop({ drain, timeoutMs }) {
      // Nothing new fires or is admitted from now on.
      firing.abort(new Error('the engine stops'));
      context.backlog.close();
      // What is being admitted just now is waited for too.
      if (drain) await ticking.then(() => waitForActive(context, timeoutMs));
      running.abort(new Error('the engine stops'));
      context.store.hurry?.();
      await loop;
      // What cannot outlive us is ended while there still is somebody to record it.
      await endWhatDiesWithUs(context);
      detachAll(context.holdings, new Error('this Runyard was closed'));
      await Promise.all(context.holdings.tasks);
      // Until here something of ours may have been running, under our lease.
      leasing.abort(new Error('the engine stops'));
      await leases;
      await releaseLease(context).catch(() => {});
    },
  };
};

/** Seldom is there anything to move, and walking through all schedules at once would be felt in the host. */
const restMs = 5;

// The clock may have been set back while we were not there.
const rewindAtStart = (context: EngineContext, signal: AbortSignal): Promise<void> =>
  untilAnswered(
    context.clock,
    signal,
    () => rewind(context, signal, restMs),
    (error) => reportFault(context, error, 'Cursors that are too far ahead could not be looked for; trying again.'),
  ).catch(() => {}); // only the signal ends it

const untilRead = (context: EngineContext, signal: AbortSignal): Promise<void> =>
  untilAnswered(
    context.clock,
    signal,
    () => readWebhooks(context),
    (error) => reportFault(context, error, 'The webhooks could not be read; trying again.'),
  ).catch(() => {}); // only the signal ends it

const endWhatDiesWithUs = async (context: EngineContext): Promise<void> => {
  const { holdings, clock } = context;
  const mortal = new Map([...context.executors].filter(([, { durable }]) => !durable));
  const theirs = [...holdings.runs.values()].filter(({ attempt }) => mortal.has(attempt.executor));
  // What has not begun to run has nothing to end: whoever recovers it begins it again.
  for (const held of theirs) if (held.attempt.state !== 'started') held.detach.abort(new BeingClosed());
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

import type { Executor, Listed } from '../ports/executor.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { sleepFor } from './retry.ts';
import { within } from './within.ts';

const everyMs = 10 * 60_000;
/** What has run and is known no more is kept for somebody who put back an older copy of the store by mistake. */
const unknownEndMs = 24 * 3_600_000;

/** Sweeps every place after a grace period and then periodically, until aborted. */
export const sweepPeriodically = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  const reported = new Set<string>();
  for (let pause = context.settings.sweepGraceMs; ; pause = everyMs) {
    await sleepFor(context.clock, pause, signal).catch(() => {});
    if (signal.aborted) return;
    for (const executor of context.executors.values())
      await sweep(context, executor, reported, signal).catch((error: unknown) => {
        if (!signal.aborted) reportFault(context, error, `The sweep of '${executor.name}' failed; it comes again.`);
      });
  }
};

/**
 * Removes what is ours and over: attempts that the store knows to be sealed, and inert things that no one claims, whether they
 * never ran or have ended. The place is listed first and the store read afterwards, so that nothing made in between looks unknown. Running things that this
 * store does not know are reported and left alone.
 */
export const sweep = async (
  context: EngineContext,
  executor: Executor,
  reported: Set<string>,
  signal: AbortSignal,
): Promise<void> => {
  if (!executor.list) return;
  const { clock } = context;
  const listed = await within(listMs, { clock, signal }, (limited) => listAll(context, executor, limited));
  const known = await context.store.attemptStates(listed.map(({ key }) => key));
  for (const one of listed) {
    const verdict = judge(one, known.get(one.key), context);
    if (verdict === 'remove')
      await within(removeMs, { clock, signal }, (limited) => executor.remove(one.handle, limited)).catch(
        (error: unknown) => {
          signal.throwIfAborted();
          reportFault(
            context,
            error,
            `What is left of attempt ${one.key} could not be removed; it is tried again later.`,
          );
        },
      );
    if (verdict === 'report' && !reported.has(one.key)) {
      reported.add(one.key);
      reportFault(
        context,
        null,
        `Attempt ${one.key} is running at '${executor.name}', but this store does not know it. It is left alone.`,
      );
    }
  }
};

const listAll = async (context: EngineContext, executor: Executor, signal: AbortSignal): Promise<Listed[]> => {
  const listed: Listed[] = [];
  for await (const one of executor.list?.(context.installation, signal) ?? []) listed.push(one);
  return listed;
};

// One that never ends must hold up neither the sweep of other places nor a close.
const listMs = 60_000;
// One that somebody else holds must not keep the others.
const removeMs = 60_000;

type Known = { attempt: string; run: string; current: boolean } | undefined;

const judge = (
  { state, createdAt }: Listed,
  known: Known,
  { clock, time, settings }: EngineContext,
): 'keep' | 'remove' | 'report' => {
  if (known?.attempt === 'sealed' || known?.attempt === 'disposed') return 'remove';
  // `preparing` without a claim: an attempt that ended before its handle was recorded.
  const unclaimed = !known || (known.attempt === 'preparing' && !known.current);
  if (!unclaimed) return 'keep';
  const ageMs = clock.now() - time.fromHost(createdAt);
  if (state === 'prepared') return ageMs > settings.sweepGraceMs ? 'remove' : 'keep';
  if (state === 'finished') return ageMs > Math.max(settings.sweepGraceMs, unknownEndMs) ? 'remove' : 'keep';
  return state === 'running' || state === 'waiting' ? 'report' : 'keep';
};

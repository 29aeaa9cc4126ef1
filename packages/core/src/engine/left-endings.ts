import type { Attempt } from '../domain/run/run.ts';
import { noLonger } from '../ports/no-longer.ts';
import type { UnfinishedAfter } from '../ports/store.ts';
import { keyOf } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { track } from './holdings.ts';
import { diedWithItsProcess, isServedHere } from './place-of.ts';
import { resumeEnding } from './resume-ending.ts';
import { untilAnswered } from './retry.ts';

const batchSize = 200;
/** One that takes longer leaves its turn to the next, and goes on beside it: what cannot be ended now holds up no other. */
const turnMs = 5000;

/**
 * Goes on with ends of attempts that somebody left: sealed, disposed of. One pass at a time; never rejects. `lockedPlace`: whoever
 * ended something there is gone.
 */
export const resumeEndings = async (context: EngineContext, lockedPlace: string | null): Promise<void> => {
  const { leftEndings, closing } = context.holdings;
  if (leftEndings.looking) return;
  leftEndings.looking = true;
  try {
    await lookThrough(context, lockedPlace);
  } catch (error) {
    if (!closing.signal.aborted) reportFault(context, error, 'What is left to be ended could not be looked through.');
  } finally {
    leftEndings.looking = false;
  }
};

const lookThrough = async (context: EngineContext, lockedPlace: string | null): Promise<void> => {
  const { leftEndings, attended } = context.holdings;
  const seen = new Map<string, number>();
  const ours = new Set([...attended].map(({ attempt }) => keyOf(attempt)));
  for (let after: UnfinishedAfter | undefined; ; ) {
    const found = await readPage(context, after);
    for (const attempt of found) {
      const key = keyOf(attempt);
      const since = leftEndings.seen.get(key) ?? context.clock.monotonic();
      seen.set(key, since);
      if (!ours.has(key) && isLeft(context, attempt, { lockedPlace, since })) takeUp(context, attempt);
    }
    const last = found.at(-1);
    if (!last || found.length < batchSize) break;
    after = { endedAt: last.endedAt ?? 0, runId: last.runId, attempt: last.attempt };
  }
  leftEndings.seen = seen;
};

const readPage = (context: EngineContext, after: UnfinishedAfter | undefined): Promise<Attempt[]> =>
  untilAnswered(
    context.clock,
    context.holdings.closing.signal,
    () => context.store.unfinished(batchSize, after),
    (error) => reportFault(context, error, 'Ends of attempts could not be read; trying again.'),
  );

// Whoever ended it on a shared store goes on with it right away, and gets the time of two leases to do so, from when we have seen it
// first: when it ended says nothing of that, and by whose clock.
const isLeft = (
  context: EngineContext,
  attempt: Attempt,
  { lockedPlace, since }: { lockedPlace: string | null; since: number },
): boolean => {
  const { exclusive, clock, settings, holdings } = context;
  if (holdings.ending.has(keyOf(attempt))) return false;
  if (!isServedHere(context, attempt) && !diedWithItsProcess(context, attempt)) return false;
  return exclusive || attempt.place === lockedPlace || clock.monotonic() - since > 2 * settings.leaseMs;
};

const takeUp = (context: EngineContext, attempt: Attempt): void => {
  const { holdings, endings } = context;
  const key = keyOf(attempt);
  holdings.ending.add(key);
  const ending = (): Promise<void> =>
    resumeEnding(context, attempt).catch((error: unknown) => {
      if (!holdings.closing.signal.aborted)
        reportFault(context, error, `The end of attempt ${key} could not be resumed.`);
    });
  const over = Promise.withResolvers<void>();
  track(holdings, over.promise);
  void endings.add(() => inTurn(context, ending().finally(over.resolve)));
};

const inTurn = async ({ clock, holdings }: EngineContext, ending: Promise<void>): Promise<void> => {
  const turn = new AbortController();
  const close = (): void => turn.abort(noLonger);
  holdings.closing.signal.addEventListener('abort', close);
  await Promise.race([ending, clock.sleep(turnMs, turn.signal).catch(() => {})]);
  holdings.closing.signal.removeEventListener('abort', close);
  turn.abort(noLonger);
};

import { RunyardError } from '../domain/errors.ts';
import type { EngineContext } from './context.ts';

/** Beyond so many that wait, another would only wait in memory. */
const mostWaiting = 50_000;

/** Throws `store-unavailable` where a start would be accepted by nobody: the store answers no reads or no writes, or too many wait for it. */
export const assertAcceptsStarts = ({ storeLoad, settings }: Pick<EngineContext, 'storeLoad' | 'settings'>): void => {
  const { waiting, silentMs } = storeLoad();
  if (silentMs >= settings.storeTimeoutMs / 2)
    throw new RunyardError(
      'store-unavailable',
      `The store has not answered for ${Math.round(silentMs / 1000)} s, so the start was not accepted. Try again later.`,
    );
  if (waiting >= mostWaiting)
    throw new RunyardError(
      'store-unavailable',
      `${waiting} writes wait for the store already, so the start was not accepted. Try again later.`,
    );
};

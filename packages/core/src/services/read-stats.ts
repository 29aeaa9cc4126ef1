import type { EngineContext } from '../engine/context.ts';
import type { Stats } from './api.ts';

export const readStats = (context: EngineContext): Stats => ({
  ...publicCounters(context),
  held: context.holdings.runs.size,
  launching: context.launches.size(),
  ...pressureNumbers(context),
});

const publicCounters = ({ counters }: EngineContext) => {
  const { lastTickAt: _, storeFaults: __, ...numbers } = counters;
  return numbers;
};

const pressureNumbers = ({ storeLoad, pressure }: EngineContext) => {
  const { inFlight, waiting, silentMs } = storeLoad();
  return {
    commitsInFlight: inFlight,
    commitsWaiting: waiting,
    storeSilentMs: silentMs,
    pressures: pressure.active().length,
    pressuresEntered: pressure.entered,
  };
};

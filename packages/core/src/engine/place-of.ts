import type { Attempt } from '../domain/run/run.ts';
import type { EngineContext } from './context.ts';

/**
 * Whether this instance serves the place that an attempt lives at, so that asking its executor means something. Where that is not configured
 * any more, whoever else serves the place is asked (`executorOf`).
 */
export const isServedHere = ({ places, executors }: EngineContext, { executor, place }: Attempt): boolean =>
  executors.has(executor) ? places.served.get(executor) === place : [...places.served.values()].includes(place);

/** Whether its executor serves another place now. One that does not answer serves none, and may come back. */
export const isElsewhere = ({ places }: EngineContext, { executor, place }: Attempt): boolean => {
  const served = places.served.get(executor);
  return served !== undefined && served !== place;
};

/** Whether there is something to share out at the place of an executor. */
export const hasShares = ({ places: { capacities, served } }: EngineContext, executor: string): boolean =>
  [...capacities.keys()].some((name) => served.get(name) === served.get(executor));

/** Whether an attempt runs inside a process, as functions do, and dies with it. */
export const isMortal = ({ executors }: EngineContext, { executor }: Attempt): boolean =>
  executors.get(executor)?.durable === false;

/** Whether an attempt ran inside a process other than this one: what a function ran in cannot be asked by anyone else. */
export const diedWithItsProcess = (
  { executors, places }: Pick<EngineContext, 'executors' | 'places'>,
  { executor, place }: Attempt,
): boolean => {
  const found = executors.get(executor);
  return found !== undefined && !found.durable && places.served.get(executor) !== place;
};

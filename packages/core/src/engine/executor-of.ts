import { ExecutorUnavailable } from '../domain/errors.ts';
import type { Executor } from '../ports/executor.ts';
import type { EngineContext } from './context.ts';

/**
 * The executor of a run or an attempt: the one of that name, or where it has another name now, whichever serves the attempt's place. Where
 * neither is configured it cannot be asked; that is no outcome.
 */
export const executorOf = (
  { executors, places }: Pick<EngineContext, 'executors' | 'places'>,
  { attempt }: { attempt: { executor: string; place?: string } },
): Executor => {
  const named = executors.get(attempt.executor);
  if (named) return named;
  const renamed = [...places.served].find(([, place]) => place === attempt.place)?.[0];
  const found = renamed === undefined ? undefined : executors.get(renamed);
  if (found) return found;
  throw new ExecutorUnavailable(
    `The executor '${attempt.executor}' is not configured here any more. Configure it again, so that its attempts can be looked after.`,
  );
};

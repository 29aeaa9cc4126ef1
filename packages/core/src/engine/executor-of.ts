import { ExecutorUnavailable } from '../domain/errors.ts';
import type { Executor } from '../ports/executor.ts';
import type { EngineContext } from './context.ts';

/** The executor of a run or an attempt. One that is configured no more cannot be asked; that is no outcome. */
export const executorOf = (context: EngineContext, { attempt }: { attempt: { executor: string } }): Executor => {
  const executor = context.executors.get(attempt.executor);
  if (executor) return executor;
  throw new ExecutorUnavailable(
    `The executor '${attempt.executor}' is not configured here any more. Configure it again, so that its attempts can be looked after.`,
  );
};

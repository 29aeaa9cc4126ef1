import type { EngineContext } from './context.ts';
import type { Held } from './holdings.ts';

/** Tells the log and the event `error` of a fault in the background. */
export const reportFault = (
  context: EngineContext,
  error: unknown,
  sentence: string,
  held?: Pick<Held, 'run'>,
): void => {
  const { instance, logger, clock } = context;
  const where = held && { jobId: held.run.jobId, runId: held.run.id, attempt: held.run.attempt };
  logger.warn({ err: error, instance, ...where }, sentence);
  context.emit('error', { at: clock.now(), error, sentence });
};

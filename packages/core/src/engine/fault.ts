import type { EngineContext } from './context.ts';
import type { Held } from './holdings.ts';

/** Tells the log and the event `error` of a fault in the background; of a run's, without what its secrets are. */
export const reportFault = (
  context: EngineContext,
  fault: unknown,
  sentence: string,
  held?: Pick<Held, 'run'> & Partial<Pick<Held, 'masker'>>,
): void => {
  const { instance, logger, clock } = context;
  const error = held?.masker ? held.masker.error(fault) : fault;
  const where = held && { jobId: held.run.jobId, runId: held.run.id, attempt: held.run.attempt };
  logger.warn({ err: error, instance, ...where }, sentence);
  context.emit('error', { at: clock.now(), error, sentence });
};

import type { Attributes } from '@opentelemetry/api';
import type { Attempt, Run } from '../../domain/run/run.ts';

/** What is known of a run without asking anybody. */
export const runAttributes = (run: Run): Attributes => ({
  'runyard.job.id': run.jobId,
  'runyard.job.revision': run.revision,
  'runyard.run.id': run.id,
  'runyard.run.state': run.state,
  ...(run.reason !== null && { 'runyard.run.reason': run.reason }),
  'runyard.run.attempts': run.attempt,
  'runyard.trigger': run.trigger,
  'runyard.executor': run.executor,
  'runyard.size': run.size,
  ...(run.place !== null && { 'runyard.place': run.place }),
});

export const attemptAttributes = ({ attempt, executor, place, outcome, gpus }: Attempt): Attributes => ({
  'runyard.attempt': attempt,
  'runyard.executor': executor,
  'runyard.place': place,
  ...(outcome && { 'runyard.outcome': outcome.class }),
  ...(outcome?.class === 'exited' && { 'process.exit.code': outcome.code }),
  ...(gpus.length > 0 && { 'runyard.gpus': gpus.map(({ uuid }) => uuid) }),
});

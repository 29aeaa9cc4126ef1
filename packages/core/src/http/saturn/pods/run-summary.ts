import type { z } from 'zod';
import { isTerminal } from '../../../domain/run/run.ts';
import type { RunView } from '../../../services/api.ts';
import { toTimestampOrNull } from '../../answers/time.ts';
import type { runSummary as runSummarySchema } from './pod-schemas.ts';
import { runStatus } from './pod-status.ts';
import { condition, labelsOf, namespace } from './pod-summary.ts';
import type { RunPods } from './run-pods.ts';

/** A run as the Kubernetes job that it would be on the published service; its name is the run's id. */
export const runSummary = ({ run, scale, pods }: RunPods): z.output<typeof runSummarySchema> => ({
  name: run.id,
  namespace,
  uid: run.id,
  controller_uid: run.jobId,
  controller_kind: 'CronJob',
  labels: labelsOf(run),
  annotations: {},
  conditions:
    run.sentence === null
      ? []
      : [condition({ type: typeOf(run), status: 'True', reason: run.reason, message: run.sentence })],
  started_at: toTimestampOrNull(run.startedAt),
  deleted_at: null,
  status: runStatus[run.state],
  scale,
  running_count: run.state === 'running' ? scale : 0,
  active_count: isTerminal(run.state) ? 0 : scale,
  completed_at: toTimestampOrNull(run.endedAt),
  pod_summaries: pods,
});

const typeOf = ({ state }: RunView): string => {
  if (!isTerminal(state)) return 'Waiting';
  return state === 'succeeded' ? 'Complete' : 'Failed';
};

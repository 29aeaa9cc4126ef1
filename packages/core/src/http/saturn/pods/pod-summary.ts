import type { z } from 'zod';
import type { Attempt } from '../../../domain/run/run.ts';
import type { RunView } from '../../../services/api.ts';
import { toTimestamp, toTimestampOrNull } from '../../answers/time.ts';
import { type Pod, podName } from './pod-name.ts';
import type { podSummary as podSummarySchema } from './pod-schemas.ts';
import { containerStatus, podReason, podStatus } from './pod-status.ts';

export type PodSummary = z.output<typeof podSummarySchema>;

/** The only one that there is; clients ask for it by this name. */
export const namespace = 'main-namespace';

export interface PodOf {
  run: RunView;
  attempt: Attempt;
  pod: Pod;
  /** The first client sorts by `started_at`, and breaks on a null. */
  alwaysStarted: boolean;
}

/** One attempt as the pod that it would be on the published service. */
export const podSummary = ({ run, attempt, pod, alwaysStarted }: PodOf): PodSummary => {
  const status = podStatus(run, attempt);
  const { startedAt, createdAt, endedAt, outcome } = attempt;
  const head = {
    namespace,
    labels: labelsOf(run),
    annotations: {},
    conditions: [],
    started_at: alwaysStarted ? toTimestamp(startedAt ?? createdAt) : toTimestampOrNull(startedAt),
    deleted_at: null,
    reason: podReason(outcome),
  };
  const name = podName(pod);
  return {
    ...head,
    name,
    uid: name,
    controller_uid: run.id,
    controller_kind: 'Job',
    status,
    conditions: waitingFor(run, attempt),
    init_container_summaries: [],
    container_summaries: [
      {
        ...head,
        name: 'main',
        uid: `${name}-main`,
        controller_uid: name,
        controller_kind: 'Pod',
        status: containerStatus[status],
        finished_at: toTimestampOrNull(endedAt),
        restart_policy: 'Never',
        image_pulled: startedAt !== null,
        exit_code: outcome?.class === 'exited' ? outcome.code : null,
        previous: null,
      },
    ],
    node_name: null,
    completed_at: toTimestampOrNull(endedAt),
  };
};

export const labelsOf = ({ id, jobId }: Pick<RunView, 'id' | 'jobId'>): Record<string, string> => ({
  'job-name': id,
  'saturncloud.io/resource-id': jobId,
});

const waitingFor = ({ sentence, reason }: RunView, { startedAt, endedAt }: Attempt): PodSummary['conditions'] =>
  sentence === null || startedAt !== null || endedAt !== null
    ? []
    : [condition({ type: 'Ready', status: 'False', reason, message: sentence })];

/** In the words of the engine that runs it. */
export const condition = (
  said: Pick<PodSummary['conditions'][number], 'type' | 'status' | 'reason' | 'message'>,
): PodSummary['conditions'][number] => ({ ...said, last_transition_time: null, last_probe_time: null });

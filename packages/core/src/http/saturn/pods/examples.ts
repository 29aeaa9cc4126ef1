import { jobExample, runExample } from '../../schemas/examples.ts';

/* Examples for the OpenAPI document. */

const labels = { 'job-name': runExample.id, 'saturncloud.io/resource-id': jobExample.id };
const podName = `${runExample.id}-1`;
const head = {
  namespace: 'main-namespace',
  labels,
  annotations: {},
  conditions: [],
  started_at: '2026-02-01T09:30:02+00:00',
  deleted_at: null,
};

export const podExample = {
  ...head,
  name: podName,
  uid: podName,
  controller_uid: runExample.id,
  controller_kind: 'Job',
  status: 'completed' as const,
  init_container_summaries: [],
  container_summaries: [
    {
      ...head,
      name: 'main',
      uid: `${podName}-main`,
      controller_uid: podName,
      controller_kind: 'Pod',
      status: 'completed' as const,
      finished_at: '2026-02-01T09:31:40+00:00',
      restart_policy: 'Never' as const,
      image_pulled: true,
      exit_code: 0,
      reason: null,
      previous: null,
    },
  ],
  node_name: null,
  completed_at: '2026-02-01T09:31:40+00:00',
  reason: null,
};

export const runSummaryExample = {
  ...head,
  name: runExample.id,
  uid: runExample.id,
  controller_uid: jobExample.id,
  controller_kind: 'CronJob',
  status: 'completed' as const,
  scale: 1,
  running_count: 0,
  active_count: 0,
  completed_at: '2026-02-01T09:31:40+00:00',
  pod_summaries: [podExample],
};

export const podHistoryExample = {
  pods: [
    {
      pod_name: podName,
      status: 'completed',
      last_seen: '2026-02-01T09:31:40+00:00',
      start_time: '2026-02-01T09:30:02+00:00',
      end_time: '2026-02-01T09:31:40+00:00',
      label_job_name: runExample.id,
    },
  ],
};

export const logLinesExample = {
  logs: [{ timestamp: '2026-02-01T09:30:03+00:00', content: 'Reading', pod_name: podName, container_name: 'main' }],
};

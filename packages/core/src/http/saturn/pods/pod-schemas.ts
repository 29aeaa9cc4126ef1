import { z } from 'zod';
import { job, keys, time, timeOrNull } from '../../schemas/answers.ts';
import { containerStates, podStates, runStates } from './pod-status.ts';

/* What is published of runs as jobs and pods of Kubernetes, which ours need not be. */

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  last_transition_time: timeOrNull,
  last_probe_time: timeOrNull,
});

const head = {
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  controller_uid: z.string().nullable(),
  controller_kind: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  conditions: z.array(condition),
  started_at: timeOrNull,
  deleted_at: z.null(),
};

const reason = z.enum(['Evicted', 'OOMKilled']).nullable();

const container = z.object({
  ...head,
  status: z.enum(containerStates),
  finished_at: timeOrNull,
  restart_policy: z.literal('Never'),
  image_pulled: z.boolean(),
  exit_code: z.int().nullable(),
  reason,
  previous: z.null(),
});

export const podSummary = z.object({
  ...head,
  status: z.enum(podStates),
  init_container_summaries: z.array(container),
  container_summaries: z.array(container),
  node_name: z.null(),
  completed_at: timeOrNull,
  reason,
});

export const podSummaryList = z.object({ pod_summaries: z.array(podSummary), ...keys });

export const podWithLogs = podSummary.extend({
  container_summaries: z.array(container.extend({ logs: z.string().describe('The last 1,000 lines.') })),
});

export const runSummary = z.object({
  ...head,
  status: z.enum(runStates),
  scale: z.int(),
  running_count: z.int(),
  active_count: z.int(),
  completed_at: timeOrNull,
  pod_summaries: z.array(podSummary).describe('Its attempts; the first client reads them here.'),
});

export const runSummaryList = z.object({
  job_summaries: z.array(runSummary).optional().describe('Newest first. The first client gets no empty list.'),
  pod_summaries: z.array(podSummary).optional().describe('Empty, for the first client, where there is no run.'),
  ...keys,
});

export const podHistory = z.object({
  pods: z.array(
    z.object({
      pod_name: z.string(),
      status: z.enum(podStates),
      last_seen: time,
      start_time: timeOrNull,
      end_time: timeOrNull,
      label_job_name: z.string(),
    }),
  ),
});

export const podLogs = z.object({ logs: z.string() });

export const logLines = z.object({
  logs: z.union([
    z.array(
      z.object({ timestamp: time, content: z.string(), pod_name: z.string(), container_name: z.literal('main') }),
    ),
    z.string().describe('For the first client: the end of the log of one pod.'),
  ]),
  ...keys,
});

const noSeries = z.array(z.never());

export const metrics = z.object({
  cpu: noSeries,
  memory: noSeries,
  network_in: noSeries,
  network_out: noSeries,
  gpu: noSeries,
  gpu_memory: noSeries,
});

export const clusters = z.object({ clusters: z.array(z.string()) });

export const activeResources = z.object({ resources: z.array(job) });

import type { Outcome } from '@runyard/core';
import type { PodObject } from '../api/objects.ts';
import { conditionOf } from './pod-facts.ts';
import { epoch } from './times.ts';
import { infrastructure, inWords } from './words.ts';

/** What the cluster did to a pod for reasons of its own, in its own words. undefined: nothing, as far as the pod tells. */
export const disruptionOf = (pod: PodObject): Outcome | undefined => {
  const { reason = '', message } = pod.status ?? {};
  const byStatus = statusReasons[reason];
  if (byStatus !== undefined) return infrastructure(byStatus, `${sentences[byStatus]}${inWords(message)}`);
  const condition = conditionOf(pod, 'DisruptionTarget');
  if (condition?.status !== 'True') return undefined;
  const why = disruptions[condition.reason ?? ''] ?? 'disrupted';
  return infrastructure(why, `${sentences[why]}${inWords(condition.message ?? condition.reason)}`);
};

/** Epoch ms, by the control plane: when it was decided. undefined: it was not, or by the kubelet, which tells it only once the pod has ended. */
export const disruptedSince = (pod: PodObject): number | undefined => {
  const condition = conditionOf(pod, 'DisruptionTarget');
  const isKubelets =
    condition?.reason === 'TerminationByKubelet' || statusReasons[pod.status?.reason ?? ''] !== undefined;
  return condition?.status === 'True' && !isKubelets ? epoch(condition.lastTransitionTime) : undefined;
};

type Why = keyof typeof sentences;

const sentences = {
  evicted: 'It was evicted from its node',
  preempted: 'It had to make room for a pod of higher priority',
  'node-lost': 'Its node was lost',
  'node-shutdown': 'Its node was shut down',
  disrupted: 'The cluster ended its pod',
};

/** By `status.reason` of the pod, which the kubelet sets, and by older control planes. */
const statusReasons: Readonly<Record<string, Why>> = {
  Evicted: 'evicted',
  Preempting: 'preempted',
  NodeLost: 'node-lost',
  NodeShutdown: 'node-shutdown',
  Shutdown: 'node-shutdown',
  Terminated: 'node-shutdown',
};

/** By the reason of the condition `DisruptionTarget`. */
const disruptions: Readonly<Record<string, Why>> = {
  EvictionByEvictionAPI: 'evicted',
  DeletionByTaintManager: 'evicted',
  TerminationByKubelet: 'evicted',
  PreemptionByScheduler: 'preempted',
  PreemptionByKubeScheduler: 'preempted',
  DeletionByPodGC: 'node-lost',
};

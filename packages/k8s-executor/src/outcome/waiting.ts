import type { PodObject } from '../api/objects.ts';
import type { Context } from './context.ts';
import { type Told, toldOf } from './events.ts';
import type { Look, WaitingPhase } from './look.ts';
import { conditionOf, sourceContainer } from './pod-facts.ts';
import { epoch } from './times.ts';
import { nextContainer, troubleOf } from './trouble.ts';
import { unboundVolume } from './unbound-volume.ts';
import { cut } from './words.ts';

export type Waiting = Extract<Look, { state: 'waiting' }>;

/** What a pod waits for whose container `job` has not begun, in the cluster's words. */
export const waitingOf = (pod: PodObject, context: Context): Waiting => {
  const events = toldOf(context.view, pod.metadata.uid);
  if (pod.spec.nodeName === undefined) return unscheduled(pod, { events, now: context.now });
  const found = troubleOf(pod, context);
  if (found !== undefined) {
    const { kind, ...trouble } = found;
    return { ...waiting(kind.startsWith('image') ? 'image-pull' : undefined, trouble.outcome.sentence), trouble };
  }
  const { name, state } = nextContainer(pod);
  if (name === sourceContainer && state?.running !== undefined) return waiting('sources');
  const last = events.findLast(({ container }) => container === name);
  return last?.reason === 'Pulling' ? waiting('image-pull', last.message) : waiting();
};

const unscheduled = (pod: PodObject, { events, now }: { events: readonly Told[]; now: number }): Waiting => {
  const { message, lastTransitionTime } = conditionOf(pod, 'PodScheduled') ?? {};
  const words = message ?? events.findLast(({ reason }) => reason === 'FailedScheduling')?.message;
  const since = epoch(lastTransitionTime) ?? epoch(pod.metadata.creationTimestamp) ?? now;
  const trouble = unboundVolume(words, { events, since });
  return { ...waiting('scheduling', trouble?.outcome.sentence ?? words), ...(trouble && { trouble }) };
};

export const waiting = (phase?: WaitingPhase, sentence?: string): Waiting => ({
  state: 'waiting',
  ...(phase !== undefined && { phase }),
  ...(sentence !== undefined && { sentence: cut(sentence) }),
});

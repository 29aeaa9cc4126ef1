import type { ContainerStatus, PodObject } from '../api/objects.ts';
import type { Context } from './context.ts';
import type { Trouble } from './look.ts';
import { conditionOf, initStatuses, jobContainer, mainStatuses, sourceContainer } from './pod-facts.ts';
import { epoch } from './times.ts';
import { troubleByEvents } from './trouble-by-events.ts';
import { kindOfWaiting, type TroubleKind } from './trouble-kinds.ts';
import { troubleOutcome } from './trouble-outcome.ts';

/** What keeps a pod's next container from starting: by its status, or by events, which come before that, and for some troubles alone. */
export const troubleOf = (pod: PodObject, { view, now }: Context): (Trouble & { kind: TroubleKind }) | undefined => {
  const { name, image, state } = nextContainer(pod);
  const { reason = '', message } = state?.waiting ?? {};
  const ofStatus = kindOfWaiting(reason);
  const event = troubleByEvents(pod, name, view);
  const kind = ofStatus ?? event?.kind;
  if (kind === undefined) return undefined;
  const told = event?.kind === kind ? event : undefined;
  const words = (isBare(message) ? told?.words : undefined) ?? message ?? told?.words ?? reason;
  return {
    kind,
    permanent: kind === 'image-name',
    since: told?.since ?? readySince(pod, name) ?? now,
    outcome: troubleOutcome({ kind, words, image, reason }, view.job),
  };
};

/** The one that is to start next, or has started last: an init container, else `job`. */
export const nextContainer = (pod: PodObject): ContainerStatus => {
  const all = [...initStatuses(pod), ...mainStatuses(pod)];
  return (
    all.find(({ state }) => kindOfWaiting(state?.waiting?.reason ?? '') !== undefined) ??
    all.find((one) => one.name === sourceContainer && one.state?.terminated?.exitCode !== 0) ??
    all.find(({ name }) => name === jobContainer) ?? { name: pod.spec.initContainers?.[0]?.name ?? jobContainer }
  );
};

// Of the same trouble, an event has said more.
const isBare = (message: string | undefined): boolean =>
  message === undefined || /^Back-off pulling image "[^"]*"$/.test(message);

// `job` is not tried before its sources are there, which may take long.
const readySince = (pod: PodObject, container: string): number | undefined => {
  const initialized = conditionOf(pod, 'Initialized');
  const sinceThen =
    container === jobContainer && initialized?.status === 'True' ? initialized.lastTransitionTime : null;
  return epoch(sinceThen) ?? epoch(pod.status?.startTime) ?? epoch(pod.metadata.creationTimestamp);
};

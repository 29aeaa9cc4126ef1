import type { KubeletParts } from './kubelet-parts.ts';
import { notYet, type PodRun } from './pod-run.ts';
import { report, tell } from './tell.ts';

/** Whether its node is there, and hears what it is told. */
export const isHeard = ({ stage }: KubeletParts, { pod }: PodRun): boolean =>
  stage.node(pod.spec.nodeName ?? '')?.state === 'ready';

/** Ends it since it is deleted, with the grace that it has got. */
export const endForDeletion = (parts: KubeletParts, run: PodRun): void => {
  const isNew = !run.ending.signal.aborted;
  // What a container waited for is not known any more.
  if (isNew) for (const container of run.containers) if (container.state.waiting) container.state = notYet(run.pod);
  end(run, run.pod.metadata.deletionGracePeriodSeconds ?? 0);
  if (isNew) report(parts, run);
};

/** Ends it of itself. The pod fails for that reason, whatever its containers say, and stays. */
export const endForReason = (
  parts: KubeletParts,
  run: PodRun,
  { reason, message, graceSeconds }: { reason: string; message: string; graceSeconds: number },
): void => {
  if (run.isOver || run.ended || run.ending.signal.aborted || !isHeard(parts, run)) return;
  run.ended = { reason, message };
  tell(parts, run, { reason, message, type: reason === 'Evicted' ? 'Warning' : 'Normal' });
  report(parts, run);
  end(run, graceSeconds);
};

/** Ends it without any grace. */
export const endNow = (run: PodRun): void => end(run, 0);

// One that is being ended can only be given less time.
const end = (run: PodRun, graceSeconds: number): void => {
  const isEnding = run.ending.signal.aborted;
  if (isEnding && graceSeconds >= run.graceSeconds) return;
  run.graceSeconds = graceSeconds;
  if (isEnding) for (const stop of run.stops) stop();
  else run.ending.abort(new Error('The pod is told to end.'));
};

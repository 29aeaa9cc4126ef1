import { RunyardError } from '../../../domain/errors.ts';

/** One attempt of a run, on one of its machines where it asks for several. */
export interface Pod {
  runId: string;
  /** From 1. */
  attempt: number;
  /** From 0; null: the job asks for one machine. */
  rank: number | null;
}

export const podName = ({ runId, attempt, rank }: Pod): string =>
  `${runId}-${attempt}${rank === null ? '' : `-${rank}`}`;

/** Of one attempt, the first `most`. */
export const podsOf = (
  { runId, attempt }: Pick<Pod, 'runId' | 'attempt'>,
  { scale, most }: { scale: number; most: number },
): Pod[] => {
  const length = Math.max(0, Math.min(scale, most));
  return Array.from({ length }, (_, rank) => ({ runId, attempt, rank: scale === 1 ? null : rank }));
};

/** Whether an attempt on so many machines has it. */
export const isPodOf = ({ rank }: Pod, scale: number): boolean =>
  scale === 1 ? rank === null : rank !== null && rank < scale;

/** Throws `run-not-found` for a name that is none of ours. */
export const readPodName = (name: string): Pod => {
  const match = /^([0-9a-f]{32})-([1-9]\d{0,5})(?:-(0|[1-9]\d{0,4}))?$/.exec(name);
  if (!match?.[1]) throw noSuchPod();
  return { runId: match[1], attempt: Number(match[2]), rank: match[3] === undefined ? null : Number(match[3]) };
};

export const noSuchPod = (): RunyardError =>
  new RunyardError(
    'run-not-found',
    'There is no pod of that name, or you may not see it. A pod is an attempt of a run, and its name is <run id>-<attempt>.',
  );

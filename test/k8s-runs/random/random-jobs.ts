import type { JobInput } from '../../../packages/core/src/domain/job/job-schema.ts';

/** What jobs do, and how their runs end, whatever happens to hosts and pods meanwhile. */
export interface Kind {
  name: string;
  /** How often, against the others. */
  weight: number;
  ends: { state: string; reason: string };
  /** In a shell that has `say`; `attempt` is the attempt's number. */
  work: string;
  backoffLimit: number;
  runMs?: number;
}

const lines = 'for i in 1 2 3 4 5; do echo "$RUNYARD_ATTEMPT $i"; sleep 0.1; done';

export const kinds: readonly Kind[] = [
  {
    ...{ name: 'succeeds', weight: 6, work: lines, backoffLimit: 0 },
    ends: { state: 'succeeded', reason: 'completed' },
  },
  {
    ...{ name: 'recovers', weight: 2, work: `[ $attempt -gt 1 ] || exit 4\n${lines}`, backoffLimit: 1 },
    ends: { state: 'succeeded', reason: 'completed' },
  },
  {
    ...{ name: 'fails', weight: 2, work: 'echo failing; exit 3', backoffLimit: 1 },
    ends: { state: 'failed', reason: 'exit-code' },
  },
  {
    ...{ name: 'hangs', weight: 1, work: 'while :; do sleep 0.2; done', backoffLimit: 0, runMs: 1500 },
    ends: { state: 'failed', reason: 'timeout' },
  },
];

/** What the last attempt of a run that succeeded has said. */
export const linesOf = (key: string): string => [1, 2, 3, 4, 5].map((i) => `${key} ${i}\n`).join('');

export const jobOf = ({ name, work, backoffLimit, runMs }: Kind, functions: string): JobInput => ({
  ...{ name, executor: 'k8s', size: 'tiny' },
  command: `${functions}\nattempt=\${RUNYARD_ATTEMPT##*.}; say "begin $RUNYARD_ATTEMPT"\n${work}`,
  // Pods are evicted, too.
  backoff: { limit: backoffLimit, initialMs: 0, infrastructureLimit: 50 },
  limits: { graceMs: 1000, ...(runMs !== undefined && { runMs }) },
});

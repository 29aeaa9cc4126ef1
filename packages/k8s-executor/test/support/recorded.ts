// What every recorded situation has to be told as, after the column *conclude* of the recordings' own table.

export interface Recorded {
  name: string;
  /** Which of its Jobs. */
  job: number;
  /** What the table concludes, in short. */
  conclude: string;
  /** The looks, one after another, in the words of `named`. */
  looks: string;
  /** Its Job is deleted by us, not behind our back. */
  ours?: true;
  /** What else may be told while one of the watches lags behind, for want of what it would tell. */
  alsoWhenLate?: readonly string[];
}

const sources = 'waiting:scheduling > waiting > waiting:sources';
const pulled = `${sources} > waiting`;
const ran = `${pulled} > running`;

const one = (name: string, conclude: string, looks: string, more: Partial<Recorded> = {}): Recorded => ({
  name,
  job: 0,
  conclude,
  looks,
  ...more,
});

// Without its events, nothing tells what kept it from starting.
const untold = { ours: true, alsoWhenLate: ['finished=infrastructure/stopped-before-start'] } as const;

export const recorded: readonly Recorded[] = [
  one('00-discovery', 'a Job of a CronJob', `${pulled} > finished=exited/0`),
  one('00-discovery', 'a Job of a CronJob', `${pulled} > finished=exited/0`, { job: 1 }),
  one('01-success', 'succeeded', `${ran} > finished=exited/0`),
  one('02-exit-7', 'exited(7)', `${ran} > finished=exited/7`),
  one('02b-exit-7-termination-message', 'exited(7)', `${ran} > finished=exited/7`),
  one('02c-exit-137-not-oom', 'exited(137): neither OOM nor a kill', `${ran} > finished=exited/137`),
  one('02e-exit-7-failure-policy', 'exited(7)', `${ran} > finished=exited/7`),
  one('03-init-fails', 'source failed', `${sources} > ending > finished=start-failed/source-failed`),
  one('04-oom-killed', 'oom; Running is never seen', `${pulled} > finished=oom`),
  one('04b-oom-child-only', 'OOMKilled beside exit code 3: oom', `${ran} > finished=oom`),
  one(
    '05-image-never-pull',
    'start-failed(image-pull) after a deadline of ours; ContainerStatusUnknown(137) is not an exit',
    `${sources} > waiting:image-pull!start-failed/image-pull > ending > finished=start-failed/image-pull`,
    untold,
  ),
  one(
    '05b-image-not-found-backoff',
    'ErrImagePull and ImagePullBackOff are one',
    `${pulled} > waiting:image-pull > waiting:image-pull!start-failed/image-pull > ending > finished=start-failed/image-pull`,
    untold,
  ),
  one(
    '05c-image-invalid-name',
    'permanent: start-failed at once',
    `${sources} > waiting:image-pull!!start-failed/image-pull > ending > finished=start-failed/image-pull`,
    untold,
  ),
  one(
    '05d-registry-unreachable',
    'only the message tells a network fault',
    `${sources} > waiting:image-pull > waiting:image-pull!infrastructure/registry-unreachable > ending > finished=infrastructure/registry-unreachable`,
    untold,
  ),
  one(
    '05e-image-unauthorized',
    'ErrImagePull, 401 Unauthorized',
    `${sources} > waiting:image-pull > waiting:image-pull!start-failed/image-pull > ending > finished=start-failed/image-pull`,
    untold,
  ),
  one(
    '06-exec-not-found',
    'start-failed: StartError',
    `${pulled} > waiting!start-failed/container-config > finished=start-failed/container-start`,
  ),
  one('06c-shell-command-not-found', 'exited(127), an ordinary failure', `${ran} > finished=exited/127`),
  one(
    '06d-run-as-non-root',
    'CreateContainerConfigError never ends by itself',
    `${sources} > waiting!start-failed/container-config > ending > finished=start-failed/container-config`,
    untold,
  ),
  one(
    '07-unschedulable',
    'still queued',
    'waiting:scheduling > ending > finished=infrastructure/stopped-before-start',
    { ours: true },
  ),
  one(
    '07b-unschedulable-taint',
    'still queued',
    'waiting:scheduling > ending > finished=infrastructure/stopped-before-start',
    { ours: true },
  ),
  one('08-gpu-wait-then-scheduled', 'the first', `${ran} > finished=exited/0`),
  one('08-gpu-wait-then-scheduled', 'the second waits', `${ran} > finished=exited/0`, { job: 1 }),
  one('09-sigterm-honoured', 'ours: cancelled', `${ran} > ending > finished=exited/0`, { ours: true }),
  one(
    '09b-sigterm-honoured-pod-delete',
    'infrastructure, although the Job says Complete',
    `${ran} > ending > finished=infrastructure/pod-deleted`,
  ),
  one('10-sigterm-ignored', 'exited(137), told by the pod alone', `${ran} > ending > finished=exited/137`, {
    ours: true,
  }),
  one('11-deadline', 'timeout', `${ran} > ending > finished=timed-out`),
  one('11b-deadline-3s-before-start', 'timeout, before it began', `${sources} > ending > finished=timed-out`),
  one('11c-pod-active-deadline', 'timeout, by the pod alone', `${ran} > finished=timed-out`),
  one(
    '12-suspend-resume',
    'suspending kills the pod, resuming starts a new one from the beginning',
    `prepared > ${ran} > suspended-again > ending > suspended-again > ending > finished=infrastructure/pod-deleted`,
  ),
  one(
    '13-evicted-api-ignored',
    'the attempt ran twice: the first pod counts',
    `${ran} > ending > finished=infrastructure/evicted > suspended-again > finished=infrastructure/evicted`,
  ),
  one('13b-evicted-api-no-policy', 'infrastructure', `${ran} > ending > finished=infrastructure/evicted`),
  one('14-pod-deleted', 'infrastructure', `${ran} > ending > finished=infrastructure/pod-deleted`),
  one('14b-pod-force-deleted', 'lost: no exit code ever', `${ran} > ending > finished=lost`),
  one('14d-pod-deleted-replacement-failed', 'as 14', `${ran} > ending > finished=infrastructure/pod-deleted`),
  one('15-job-deleted', 'lost, unless the stop is ours', `${ran} > ending > finished=lost`),
  one('15b-job-deleted-orphan', 'the old pod runs on and succeeds', `${ran} > ending > finished=exited/0`),
  one('15b-job-deleted-orphan', 'the new Job does not adopt it', `${pulled} > ending > finished=exited/137`, {
    job: 1,
    ours: true,
  }),
  one('15c-job-deleted-no-policy-orphans', 'the pod runs on', `${ran} > ending`),
  one('16-ttl', 'succeeded; Job and pod go 1.9 s later', `${pulled} > finished=exited/0`),
  one(
    '17-node-lost',
    'infrastructure',
    'waiting:scheduling > waiting > running > ending > finished=infrastructure/node-lost',
  ),
  one(
    '17b-node-deleted',
    'infrastructure',
    'waiting:scheduling > waiting > running > ending > finished=infrastructure/node-lost',
  ),
  one('18-secret-suspended-first', 'works without a race', `prepared > ${ran} > finished=exited/0`),
  one(
    '18b-secret-after-job',
    'works, costs retries',
    'waiting:scheduling > waiting > waiting!start-failed/mount-failed > waiting > waiting:sources > waiting > running > finished=exited/0',
  ),
  one('18c-secret-owner-already-gone', 'deleted before it was started', 'prepared > gone'),
  one(
    '19-secret-missing-env',
    'start-failed: never ends by itself',
    `${sources} > waiting!start-failed/container-config > ending > finished=start-failed/container-config`,
    untold,
  ),
  one(
    '19b-secret-missing-then-created',
    'recovers by itself',
    `${sources} > waiting!start-failed/container-config > finished=exited/0`,
  ),
  one(
    '19c-secret-missing-volume',
    'only the event FailedMount tells',
    'waiting:scheduling > waiting > waiting!start-failed/mount-failed > ending > finished=start-failed/mount-failed',
    untold,
  ),
  one('20-indexed-one-fails', 'rank 1 failed, the others ended for that', `${ran} > ending > finished=exited/5`),
  one('20b-indexed-backoff-per-index', 'rank 1 failed', `${ran} > ending > finished=exited/5`),
  one('21-watch-and-errors', 'never started', 'prepared > gone'),
  one('21-watch-and-errors', 'never started', 'prepared > gone', { job: 1 }),
  one('21-watch-and-errors', 'never started', 'prepared > gone', { job: 2 }),
  one('21-watch-and-errors', 'never started', 'prepared > gone', { job: 3 }),
  one('21-watch-and-errors', 'made with unknown fields', `${pulled} > finished=exited/0`, { job: 4 }),
  one('21-watch-and-errors', 'made with a generated name', `${pulled} > finished=exited/0`, { job: 5 }),
  one('21b-eviction-429-pdb', 'the eviction is refused; then ours', `${ran} > ending > finished=exited/137`, {
    ours: true,
  }),
  one('22-quota-pods', 'succeeds once allowed', `${pulled} > finished=exited/0`),
  one(
    '22c-pod-security-restricted',
    'FailedCreate: permanent',
    'waiting:scheduling > waiting:scheduling!!start-failed/refused-by-cluster > gone',
    { ours: true },
  ),
  one(
    '23-namespace-terminating',
    'Job Complete, though killed',
    `${ran} > ending > finished=infrastructure/pod-deleted`,
  ),
  one('24-preempted', 'infrastructure', `${ran} > ending > finished=infrastructure/preempted`),
  one('24-preempted', 'the one of higher priority', `${ran} > finished=exited/0`, { job: 1 }),
  one('27-log-shapes', 'succeeded', `${ran} > finished=exited/0`),
  one('28-two-runs-in-one-namespace', 'the first', `${ran} > finished=exited/0`),
  one('28-two-runs-in-one-namespace', 'the second', `${ran} > finished=exited/1`, { job: 1 }),
];

/** What has no Job in it. */
export const httpOnly = [
  '21c-429-priority-and-fairness',
  '21d-gone-and-unavailable',
  '22b-quota-jobs-count',
  '23b-webhook-unreachable',
  '23c-admission-policy-denies',
];

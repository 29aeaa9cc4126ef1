/** What a recording is to a replay. */
export interface Scenario {
  /**
   * `run`: its frames are played for a Job that is created. `refusal`: a Job that is created is refused as recorded. `answers`: it shows answers of the
   * server itself, and nothing can be played.
   */
  plays: 'run' | 'refusal' | 'answers';
  /**
   * The calls, by their time, that are left to whoever made the Job: what they led to is played once the same call comes. Everything else that the
   * recording's author did is played by itself, as somebody else's doing.
   */
  ours: readonly number[];
}

const run = (...ours: number[]): Scenario => ({ plays: 'run', ours });
const refusal: Scenario = { plays: 'refusal', ours: [] };
const answers: Scenario = { plays: 'answers', ours: [] };

/** Ours is the DELETE of the Job, where nothing else is said. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  '00-discovery': answers,
  '01-success': run(6683),
  '02-exit-7': run(6049),
  '02b-exit-7-termination-message': run(6354),
  '02c-exit-137-not-oom': run(6125),
  '02e-exit-7-failure-policy': run(6286),
  '03-init-fails': run(4330),
  '04-oom-killed': run(8067),
  '04b-oom-child-only': run(7490),
  '05-image-never-pull': run(19941),
  '05b-image-not-found-backoff': run(58258),
  '05c-image-invalid-name': run(18502),
  '05d-registry-unreachable': run(9268),
  '05e-image-unauthorized': run(20117),
  '06-exec-not-found': run(5363),
  '06c-shell-command-not-found': run(6257),
  '06d-run-as-non-root': run(21826),
  '07-unschedulable': run(4138),
  '07b-unschedulable-taint': run(1542),
  // Two Jobs: the one that is not played is a stranger's, also its DELETE.
  '08-gpu-wait-then-scheduled': run(15226, 15243),
  '09-sigterm-honoured': run(4698),
  // Theirs: the DELETE of the pod.
  '09b-sigterm-honoured-pod-delete': run(5202),
  '10-sigterm-ignored': run(4717),
  '11-deadline': run(10942),
  '11b-deadline-3s-before-start': run(6703),
  '11c-pod-active-deadline': run(9510),
  // Ours: the first start, and the DELETE. Theirs: that it is suspended, started again, and suspended once more.
  '12-suspend-resume': run(1035, 18109),
  // Theirs: the eviction.
  '13-evicted-api-ignored': run(26464),
  '13b-evicted-api-no-policy': run(5181),
  // Theirs: the DELETE of the pod.
  '14-pod-deleted': run(8510),
  '14b-pod-force-deleted': run(5074),
  '14d-pod-deleted-replacement-failed': run(5195),
  // Theirs: the DELETE of the Job, and in 15b another Job of that name.
  '15-job-deleted': run(),
  '15b-job-deleted-orphan': run(),
  '15c-job-deleted-no-policy-orphans': run(),
  '16-ttl': run(),
  // Theirs: the DELETE of the node.
  '17-node-lost': run(136811),
  '17b-node-deleted': run(56902),
  // Ours: the start, too.
  '18-secret-suspended-first': run(127, 6303),
  '18b-secret-after-job': run(8246),
  // Theirs: the DELETE of the Job, as soon as it is there.
  '18c-secret-owner-already-gone': run(),
  '19-secret-missing-env': run(19598),
  // Theirs: the Secret.
  '19b-secret-missing-then-created': run(27625),
  '19c-secret-missing-volume': run(5354),
  '20-indexed-one-fails': run(12788),
  '20b-indexed-backoff-per-index': run(8815),
  '21-watch-and-errors': answers,
  // Theirs: the eviction, which is refused.
  '21b-eviction-429-pdb': run(6445),
  '21c-429-priority-and-fairness': answers,
  '21d-gone-and-unavailable': answers,
  // Theirs: the quota, and that it is raised.
  '22-quota-pods': run(20567),
  '22b-quota-jobs-count': refusal,
  '22c-pod-security-restricted': run(2023),
  // Theirs: the DELETE of the namespace.
  '23-namespace-terminating': run(),
  '23b-webhook-unreachable': refusal,
  '23c-admission-policy-denies': refusal,
  // Theirs: the Job with the higher priority.
  '24-preempted': run(10330, 10341),
  '27-log-shapes': run(7420),
  // One DELETE for both.
  '28-two-runs-in-one-namespace': run(7066),
};

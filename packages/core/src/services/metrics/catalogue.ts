import type { MetricDescription } from '../../ports/metrics.ts';

const seconds = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];
const durations = [0.1, 1, 5, 15, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400];

/** Every metric. `docs/metrics.md` has a row for each, which a test holds to this. */
export const catalogue = {
  runyard_build_info: {
    type: 'gauge',
    help: 'Always 1; the labels say what runs.',
    labels: ['version', 'store', 'node'],
  },
  runyard_start_time_seconds: { type: 'gauge', help: 'When this instance was opened, epoch seconds.', labels: [] },

  runyard_runs_accepted_total: {
    type: 'counter',
    help: 'Runs that were accepted by this instance.',
    labels: ['trigger'],
  },
  runyard_runs_ended_total: {
    type: 'counter',
    help: 'Runs that this instance saw to their end, by how and why they ended.',
    labels: ['executor', 'state', 'reason'],
  },
  runyard_runs_retried_total: { type: 'counter', help: 'Retries that were queued.', labels: ['executor'] },
  runyard_attempts_ended_total: {
    type: 'counter',
    help: 'Attempts that ended, by the class of their outcome.',
    labels: ['executor', 'class'],
  },
  runyard_runs_pruned_total: {
    type: 'counter',
    help: 'Runs that retention has forgotten, with their logs.',
    labels: [],
  },
  runyard_runs_active: {
    type: 'gauge',
    help: 'Runs in the store that have not ended, of all instances, as of some seconds ago.',
    labels: ['executor', 'state'],
  },
  runyard_queue_oldest_seconds: {
    type: 'gauge',
    help: 'How long ago the oldest run was created that is queued, as of some seconds ago.',
    labels: ['executor'],
  },
  runyard_runs_held: { type: 'gauge', help: 'Runs that this instance looks after.', labels: [] },
  runyard_launches_in_flight: {
    type: 'gauge',
    help: 'Launches that are under way here, or wait for their turn.',
    labels: [],
  },
  runyard_run_queue_seconds: {
    type: 'histogram',
    help: 'From when a run could have begun to when it was admitted; a retry counts from the end of its delay.',
    labels: ['executor'],
    buckets: seconds,
  },
  runyard_run_launch_seconds: {
    type: 'histogram',
    help: 'From the admission of an attempt to its command running.',
    labels: ['executor'],
    buckets: seconds,
  },
  runyard_run_duration_seconds: {
    type: 'histogram',
    help: 'From when a run first ran to its end, of those that ran.',
    labels: ['executor', 'state'],
    buckets: durations,
  },

  runyard_schedule_lateness_seconds: {
    type: 'histogram',
    help: 'How late due instants became runs; after a downtime those that are caught up with too.',
    labels: [],
    buckets: seconds,
  },
  runyard_occurrences_not_run_total: {
    type: 'counter',
    help: 'Due instants that were not run, by why.',
    labels: ['reason'],
  },
  runyard_ticks_total: { type: 'counter', help: 'How often the engine has looked for what is to be done.', labels: [] },
  runyard_last_tick_age_seconds: {
    type: 'gauge',
    help: 'How long ago it did so last. It does at least every 30 s; absent before the first.',
    labels: [],
  },
  runyard_clock_ahead_seconds: {
    type: 'gauge',
    help: "By how much this host's clock is ahead of the store's.",
    labels: [],
  },

  runyard_pressure: {
    type: 'gauge',
    help: '1 while the engine is held back for this reason, else 0.',
    labels: ['reason'],
  },
  runyard_pressure_entered_total: { type: 'counter', help: 'How often it came to that.', labels: ['reason'] },
  runyard_faults_total: {
    type: 'counter',
    help: 'Faults in the background, as the event `error` tells them.',
    labels: [],
  },
  runyard_store_up: { type: 'gauge', help: '1 where the store answers within two seconds, else 0.', labels: [] },
  runyard_store_silent_seconds: {
    type: 'gauge',
    help: 'For how long the store has answered no read, or no commit, although it was asked.',
    labels: [],
  },
  runyard_store_commits_in_flight: { type: 'gauge', help: 'Commits that the store has not answered yet.', labels: [] },
  runyard_store_commits_waiting: { type: 'gauge', help: 'Commits that wait until fewer are in flight.', labels: [] },

  runyard_executor_up: {
    type: 'gauge',
    help: '1 where the engine behind the executor answers, 0 where it does not.',
    labels: ['executor'],
  },
  runyard_place_cpu_cores: { type: 'gauge', help: "Cores at an executor's place.", labels: ['executor'] },
  runyard_place_cpu_taken_cores: {
    type: 'gauge',
    help: 'What attempts there have taken of them.',
    labels: ['executor'],
  },
  runyard_place_memory_bytes: { type: 'gauge', help: "Memory at an executor's place.", labels: ['executor'] },
  runyard_place_memory_taken_bytes: {
    type: 'gauge',
    help: 'What attempts there have taken of it.',
    labels: ['executor'],
  },
  runyard_gpus: {
    type: 'gauge',
    help: "GPUs at an executor's place: leased to attempts, all or a share of them; free; blocked, since somebody uses them without a lease or they are broken.",
    labels: ['executor', 'state'],
  },

  runyard_notifications_waiting: {
    type: 'gauge',
    help: 'Notifications that this instance has still to send, with those that are tried again.',
    labels: [],
  },
  runyard_notifications_total: {
    type: 'counter',
    help: 'Attempts to send a notification: delivered, failed (and tried again), given up.',
    labels: ['result'],
  },
} as const satisfies Readonly<Record<string, MetricDescription>>;

export type MetricName = keyof typeof catalogue;

/** Metrics that have these labels. */
export type LabelsOf<Name extends MetricName> = Readonly<Record<(typeof catalogue)[Name]['labels'][number], string>>;

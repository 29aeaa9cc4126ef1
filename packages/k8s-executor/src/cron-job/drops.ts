import { defaults, type JobSpec } from '@runyard/core';
import { forbidSeconds } from './cron-job-spec.ts';
import type { CronSchedule } from './cron-schedule.ts';
import { changesClock } from './zone-changes.ts';

export interface DropsInput {
  job: JobSpec;
  cron: CronSchedule;
  /** How many ended Jobs the cluster keeps. */
  kept: number;
  /** null: no Secret was named for them. */
  secretName: string | null;
}

/** One sentence for each promise of Runyard to this job that the cluster does not keep. */
export const dropsOf = (input: DropsInput): string[] => [
  ...always(input),
  ...ofSchedule(input),
  ...ofOverlap(input),
  ...ofFailures(input),
  ...ofCode(input),
];

const always = ({ kept, job }: DropsInput): string[] => [
  `Logs end with their pods: the cluster keeps at most ${kept} that succeeded and ${kept} that failed, and less where nodes are short of room.`,
  'Its runs are in no history of Runyard: no records of occurrences, no reasons, no events or notifications, and no start by button or API.',
  ...(job.limits.startMs === null
    ? []
    : ['`limits.startMs` is not kept: what cannot start, for want of room or of its image, waits for ever.']),
  ...(job.limits.startMs === null && job.limits.runMs === null
    ? ['A pod that cannot start, since its image cannot be pulled or the like, is not given up.']
    : []),
  ...(job.priority === defaults.priority
    ? []
    : ['`priority` is not kept among its runs: give it a priority class (`executorOptions.priorityClass`).']),
];

const ofSchedule = ({ job: { schedule }, cron }: DropsInput): string[] => {
  if (schedule === null) return [];
  const { missed, jitterMs, startsAt, endsAt, dst } = schedule;
  return [
    ...(missed.rule === 'all'
      ? ['Of several missed occurrences only the last runs: `schedule.missed.rule` is `all`.']
      : []),
    ...(dst === 'once' && cron.atFixedHours && changesClock(cron.timeZone)
      ? [
          `Times that a change of the clock skips in ${cron.timeZone} do not run that day, and times that it repeats run twice: \`schedule.dst\` is \`once\`.`,
        ]
      : []),
    ...(cron.every ? ['`@every` counts from when the CronJob is made, and anew when it is made again.'] : []),
    ...(jitterMs > 0 ? ['`schedule.jitterMs` is not kept: it starts on the minute.'] : []),
    ...(startsAt === null && endsAt === null
      ? []
      : ['`schedule.startsAt` and `endsAt` are not kept: apply and suspend the CronJob when it is time.']),
  ];
};

const ofOverlap = ({ job: { concurrencyPolicy, schedule } }: DropsInput): string[] => {
  if (concurrencyPolicy === 'Allow') return [];
  return concurrencyPolicy === 'Forbid'
    ? [
        `An occurrence that comes while a run is active leaves no trace, and all the same starts late where that run ends within ${forbidSeconds} s.`,
        ...(schedule === null || schedule.missed.rule === 'skip'
          ? []
          : [
              `\`schedule.missed\` is not kept beside Forbid: what could not start for ${forbidSeconds} s is left out, since later it might be one that was forbidden.`,
            ]),
      ]
    : ['Replace does not wait until the old run is proved gone: the two overlap for as long as its grace lasts.'];
};

const ofFailures = ({ job: { backoff, limits, scale } }: DropsInput): string[] => {
  const { initialMs, factor, maxMs, jitter, limit, infrastructureLimit } = backoff;
  const usual = defaults.backoff;
  const asUsual =
    initialMs === usual.initialMs && factor === usual.factor && maxMs === usual.maxMs && jitter === usual.jitter;
  return [
    ...(scale > 1 && (limit > 0 || infrastructureLimit > 0)
      ? [
          'Runs of several pods are not retried, whatever `backoff` says: the cluster would replace the pod that failed while the others run on.',
        ]
      : []),
    ...(scale === 1 && limit > 0 && !asUsual
      ? ['Retries wait 10 s, doubling up to 6 minutes, whatever `backoff` says.']
      : []),
    infrastructureLimit > 0 && scale === 1
      ? 'Evictions, preemptions and lost nodes are retried without a limit, and every other infrastructure failure (a repository, registry or package index that does not answer) counts as one of the job’s own: `backoff.infrastructureLimit` is not kept.'
      : 'Infrastructure failures are not told from those of the job.',
    ...(limits.runMs === null
      ? []
      : [
          '`limits.runMs` counts from when a pod comes to its node, so pulling the image and fetching sources count too.',
        ]),
  ];
};

const ofCode = ({ job: { sources, secrets }, secretName }: DropsInput): string[] => {
  const moving = sources.some(
    ({ ref, refType }) => refType !== 'commit' && !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(ref ?? ''),
  );
  const wanted = [
    ...secrets.map(({ name }) => name),
    ...sources.flatMap(({ credential }) => (credential === null ? [] : [credential])),
  ];
  return [
    ...(moving
      ? ['Branches and tags are looked up by each pod, so that a retry may run newer code than the try before it.']
      : []),
    ...(secrets.length > 0 ? ['Secrets are not masked in logs.'] : []),
    ...(wanted.length > 0 && secretName === null
      ? [
          `Its secrets and credentials are left out (${[...new Set(wanted)].join(', ')}): name a Secret that holds them (\`secretName\`).`,
        ]
      : []),
    ...(wanted.length > 0 && secretName !== null
      ? [
          `Its secrets and credentials come from the Secret ${secretName}, not from Runyard’s provider: what is changed there is not changed here.`,
        ]
      : []),
  ];
};

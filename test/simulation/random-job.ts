import type { JobInput, JobPatch } from '../../packages/core/src/domain/job/job-schema.ts';
import type { Random } from './random.ts';

/** Expressions whose instants `calendar.ts` knows without any code of ours. */
export const expressions = [
  '* * * * *',
  '*/2 * * * *',
  '*/5 * * * *',
  '*/30 * * * *',
  '@every 3m',
  '@every 7m',
] as const;

export const randomJob = (random: Random, name: string, mayAssumeGone: boolean): JobInput => ({
  name,
  command: ['work'],
  executor: random.weighted([
    [5, 'wide'],
    [3, 'narrow'],
    [2, 'mortal'],
  ]),
  size: random.weighted([
    [3, 'small'],
    [3, 'medium'],
    [3, 'large'],
    [2, 'gpu'],
    [1, 'gpus'],
    [1, 'shared'],
  ] as const),
  priority: random.pick([0, 0, 0, 5, -5]),
  concurrencyPolicy: random.pick(['Allow', 'Forbid', 'Replace'] as const),
  schedule: random.chance(0.7) ? randomSchedule(random) : null,
  backoff: {
    limit: random.int(0, 2),
    initialMs: random.int(0, 20_000),
    factor: random.pick([1, 2]),
    jitter: random.pick([0, 0.5]),
    notOnExitCodes: random.chance(0.3) ? [3] : [],
    infrastructureLimit: random.int(0, 3),
  },
  retention: {
    maxAgeMs: random.weighted([
      [3, 90 * 86_400_000],
      [1, random.int(1, 300_000)],
    ]),
    maxRuns: random.weighted([
      [3, 1000],
      [1, random.int(1, 5)],
    ]),
  },
  limits: {
    startMs: random.chance(0.25) ? random.int(5_000, 120_000) : null,
    runMs: random.chance(0.4) ? random.int(1_000, 90_000) : null,
    graceMs: random.int(0, 10_000),
  },
  ...(mayAssumeGone &&
    random.chance(0.4) && { onPlaceLost: { rule: 'assume-gone', afterMs: random.int(10_000, 300_000) } }),
});

export const randomPatch = (random: Random, mayRetime: boolean): JobPatch => ({
  description: `edit ${random.int(0, 1e9)}`,
  ...(random.chance(0.5) && { concurrencyPolicy: random.pick(['Allow', 'Forbid', 'Replace'] as const) }),
  ...(random.chance(0.3) && { limits: { runMs: random.int(1_000, 90_000) } }),
  ...(mayRetime && random.chance(0.6) && { schedule: random.chance(0.85) ? randomSchedule(random) : null }),
});

const randomSchedule = (random: Random): NonNullable<JobInput['schedule']> => ({
  cron: random.weighted([
    [5, expressions[0]],
    [3, expressions[1]],
    [2, expressions[2]],
    [1, expressions[3]],
    [2, expressions[4]],
    [1, expressions[5]],
  ]),
  missed: {
    rule: random.pick(['skip', 'latest', 'all'] as const),
    windowMs: random.pick([0, 120_000, 3_600_000]),
    cap: random.pick([1, 3, 1000]),
  },
});

import type { JobInput } from '../../../packages/core/src/domain/job/job-schema.ts';
import type { Random } from '../../simulation/random.ts';
import type { Schedule } from '../checker/history.ts';
import { reporting } from '../jobs/executions.ts';

/** A job to be saved, and what the checker is told of it. */
export interface RandomJob {
  input: JobInput;
  expected: Omit<Schedule, 'jobId' | 'from'>;
}

/** Scheduled shell jobs of every policy: most are short, some fail, some are tried again; those that exclude each other last longer than their period. */
export const randomJob = (n: number, random: Random, { file, factor, executors }: JobWorld): RandomJob => {
  const policy = policies[n % policies.length] ?? 'Allow';
  const name = `${policy.toLowerCase()}-${n}`;
  const everyMinutes = random.weighted([
    [4, 1],
    [1, 2],
  ]);
  const codes = random.weighted([
    [5, [0]],
    [1, [3]],
    [1, [3, 0]],
    [1, [3, 4, 0]],
  ]);
  const retries = codes.length === 1 && codes[0] === 0 ? 0 : random.int(0, 2);
  const seconds = policy === 'Allow' ? random.pick([0, 0.05, 0.2]) : random.pick([0.2, 0.7, 1.3, 2.4]);
  const listed = codes.map((code, i) => `${i === codes.length - 1 ? '*' : i + 1}) code=${code};;`).join(' ');
  return {
    input: {
      name,
      executor: executors[Math.floor(n / policies.length) % executors.length] ?? 'process',
      command: reporting(file, `echo "$RUNYARD_ATTEMPT"; sleep ${seconds}; case $attempt in ${listed} esac`),
      concurrencyPolicy: policy,
      schedule: { cron: `*/${everyMinutes} * * * *` },
      // In store time, so that they keep their real length.
      backoff: { limit: retries, initialMs: 300 * factor, infrastructureLimit },
      limits: { graceMs: 5_000 * factor },
      retention: { maxRuns: 1_000_000, maxAgeMs: 365 * 86_400_000 },
    },
    expected: { name, everyMinutes, policy, codes, retries, infrastructureRetries: infrastructureLimit },
  };
};

export interface JobWorld {
  /** What jobs append their lines to. */
  file: string;
  factor: number;
  executors: readonly string[];
}

const policies = ['Allow', 'Forbid', 'Allow', 'Replace'] as const;
const infrastructureLimit = 20;

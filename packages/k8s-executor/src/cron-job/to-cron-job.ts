import { isAttemptFailed, type Job, type JobSpec, RunyardError, type Size, type SizeInput } from '@runyard/core';
import { parseSizes } from '@runyard/core/executor-kit';
import { claimSpec, claimTemplate } from '../manifest/claim-template.ts';
import { queueOf, refuseUnlaunchable } from '../manifest/launchable.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { queueLabel } from '../manifest/names.ts';
import { opaqueSecret } from '../manifest/secret.ts';
import { headlessService } from '../manifest/service.ts';
import { type K8sExecutorOptions, parseOptions, type Settings } from '../options.ts';
import { isDnsSubdomain } from '../spec/names.ts';
import { parseSpec } from '../spec/parse-spec.ts';
import type { CronInput } from './cron-input.ts';
import { cronJobSpec, keptJobs } from './cron-job-spec.ts';
import { cronDependents, cronJobName } from './cron-name.ts';
import { cronPod } from './cron-pod.ts';
import { type CronSchedule, cronSchedule } from './cron-schedule.ts';
import { cronSecretData } from './cron-secret.ts';
import { dropsOf } from './drops.ts';

export interface CronJobOptions extends K8sExecutorOptions {
  /** What the job's size is. */
  size: Size | SizeInput;
  /** Default: the job's name, made into one that Kubernetes takes. */
  cronJobName?: string;
  /**
   * A Secret in the namespace that holds the job's secrets, each under its name, and its git credentials: `<name>.username` and `<name>.password`,
   * or `<name>.key` and, where the option `knownHosts` is not given, `<name>.known_hosts`. Default: secrets and credentials are left out.
   */
  secretName?: string;
}

export interface CronJobManifests {
  /** To be applied in this order: the Secret with the scripts, what several pods or claimed devices need, and the CronJob. */
  manifests: Manifest[];
  /** One sentence for each promise of Runyard to this job that the cluster does not keep. */
  drops: string[];
}

/**
 * A native CronJob that runs a job's command on its schedule without Runyard. `job` is a job's spec, or what `jobs.get` gives. Throws a `RunyardError` where
 * the executor would refuse the job, and for what a CronJob cannot say. Whoever applies it disables the schedule in Runyard, or both run.
 */
export const toCronJob = (job: JobSpec | Job, options: CronJobOptions): CronJobManifests => {
  const { size: given, cronJobName: wanted, secretName, ...rest } = options;
  const spec = 'spec' in job ? job.spec : job;
  const paused = 'spec' in job && job.pause !== null;
  if (spec.schedule === null)
    throw new RunyardError('invalid-job', `The job '${spec.name}' has no schedule that a CronJob could keep.`, {
      ...{ field: 'schedule', expected: 'a schedule', received: 'null' },
    });
  const settings = parseOptions(rest);
  const size = sizeOf(given);
  const cron = cronSchedule(spec.schedule);
  const name = cronJobName(spec, wanted);
  const dependents = cronDependents(name);
  if (secretName !== undefined) checkSecret(spec, { secretName, dependents });
  const input = { job: spec, settings, size, name, dependents, secretName: secretName ?? null, paused };
  return {
    manifests: told(() => manifestsOf(input, cron)),
    drops: dropsOf({ job: spec, cron, kept: keptJobs(spec), secretName: secretName ?? null }),
  };
};

const manifestsOf = (input: CronInput, cron: CronSchedule): Manifest[] => {
  const { job, settings, size, name, dependents } = input;
  const spec = parseSpec(job, settings);
  refuseUnlaunchable({ spec, size }, settings);
  const labels = { [cronJobLabel]: name };
  const claim = claimSpec(size.gpu, settings);
  const queue = queueOf(spec, settings);
  const template = cronPod(input, spec, labels);
  const manifests: Manifest[] = [
    secretOf(input, labels),
    ...(spec.scale > 1 ? [headlessService(dependents, labels)] : []),
    ...(claim === null ? [] : [claimTemplate({ name: dependents, labels }, claim)]),
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name, labels },
      spec: cronJobSpec(input, cron, {
        labels: { ...labels, ...(queue !== null && { [queueLabel]: queue }) },
        template,
      }),
    },
  ];
  return manifests.map((manifest) => inNamespace(manifest, settings));
};

/** What is made for a CronJob carries it; nothing of it is an attempt of Runyard. */
const cronJobLabel = 'runyard.dev/cron-job';

const secretOf = (
  { job, settings, name, dependents, secretName }: CronInput,
  labels: Record<string, string>,
): Manifest => {
  const kept = secretName === null ? { ...job, secrets: [], sources: withoutCredentials(job) } : job;
  return opaqueSecret({ name: dependents, labels }, cronSecretData(kept, settings, name));
};

const withoutCredentials = ({ sources }: JobSpec): JobSpec['sources'] =>
  sources.map((source) => ({ ...source, credential: null }));

const inNamespace = (manifest: Manifest, { namespace }: Settings): Manifest =>
  namespace === undefined ? manifest : { ...manifest, metadata: { ...manifest.metadata, namespace } };

const sizeOf = (given: Size | SizeInput): Size =>
  'memoryBytes' in given ? given : (parseSizes({ size: given }).size as Size);

const checkSecret = (
  { secrets, sources }: JobSpec,
  { secretName, dependents }: { secretName: string; dependents: string },
): void => {
  if (!isDnsSubdomain(secretName))
    throw new RunyardError('invalid-option', `\`secretName\` is '${secretName}', which names no Secret.`, {
      ...{ field: 'secretName', expected: 'the name of a Secret', received: secretName },
    });
  if (secretName === dependents)
    throw new RunyardError(
      'invalid-option',
      `\`secretName\` is '${secretName}', which is that of the Secret with the scripts. Name one that is your own.`,
      { field: 'secretName', expected: 'the name of another Secret', received: secretName },
    );
  const keys = [
    ...secrets.map(({ name }, i) => ({ field: `secrets.${i}.name`, key: name })),
    ...sources.map(({ credential }, i) => ({ field: `sources.${i}.credential`, key: credential ?? 'none' })),
  ];
  for (const { field, key } of keys)
    if (!/^[-._A-Za-z0-9]{1,240}$/.test(key))
      throw new RunyardError('unsupported-by-executor', `\`${field}\` is '${key}', which can be no key of a Secret.`, {
        ...{ field, expected: "letters, digits, '-', '_' and '.'", received: key },
      });
};

// Here there is no attempt that could end by it.
const told = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (isAttemptFailed(error)) throw new RunyardError('unsupported-by-executor', error.message, { cause: error });
    throw error;
  }
};

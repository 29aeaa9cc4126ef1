import { fieldVariable, gpuVariable, rankVariables, secretKeys, variableFrom } from '../manifest/environment.ts';
import { gpusByPlugin } from '../manifest/gpus/demand.ts';
import { secretMode } from '../manifest/job-spec.ts';
import { needsPasswd } from '../manifest/passwd.ts';
import type { PlainObject } from '../manifest/plain-object.ts';
import { podTemplate } from '../manifest/pod.ts';
import type { K8sSpec } from '../spec/k8s-spec.ts';
import { wholeSeconds } from '../spec/quantities.ts';
import type { CronInput } from './cron-input.ts';
import { cronShell, cronVariables, fileSecrets, kindOf } from './cron-secret.ts';

/** The pod template of a CronJob: that of an attempt, with its parts from Secrets that outlast its Jobs. */
export const cronPod = (input: CronInput, spec: K8sSpec, labels: Record<string, string>): PlainObject => {
  const { job, settings, size, dependents } = input;
  const service = spec.scale > 1 ? dependents : null;
  const template = podTemplate({
    ...{ spec, settings, size, service, labels },
    graceMs: job.limits.graceMs,
    shell: cronShell(job),
    env: environment(input),
    secret: { job: jobFiles(input), source: job.sources.length === 0 ? null : sourceFiles(input) },
    placesFiles: filesOf(input).length > 0,
    namesUser: needsPasswd(job.sources, settings),
    claimTemplate: dependents,
  });
  const { runMs } = job.limits;
  if (runMs === null) return template;
  // Of the pod and not of the Job: that would count all tries, and take the log away.
  return { ...template, spec: { ...(template.spec as PlainObject), activeDeadlineSeconds: wholeSeconds(runMs) } };
};

// Without a Secret that holds them there is nothing to place.
const filesOf = ({ job, secretName }: CronInput) => (secretName === null ? [] : fileSecrets(job));

const environment = ({ job, settings, size, dependents, secretName }: CronInput): PlainObject[] => {
  const byPlugin = gpusByPlugin(size.gpu, settings.gpus);
  const plain = Object.keys(cronVariables(job)).filter((variable) => variable !== gpuVariable);
  const secret = (secretName === null ? [] : job.secrets).filter(
    ({ type, location }) => type === 'environment_variable' && location !== gpuVariable,
  );
  const secretNames = new Set(secret.map(({ location }) => location));
  return [
    ...plain.filter((variable) => !secretNames.has(variable)).map((variable) => variableFrom(dependents, variable)),
    ...secret.map(({ location, name: key }) => ({
      name: location,
      valueFrom: { secretKeyRef: { name: secretName, key } },
    })),
    ...(byPlugin ? [] : [{ name: gpuVariable, value: 'void' }]),
    fieldVariable('RUNYARD_RUN_ID', "metadata.labels['batch.kubernetes.io/job-name']"),
    fieldVariable('RUNYARD_ATTEMPT', 'metadata.name'),
    // The cluster puts the name of the Job in.
    ...(job.scale > 1 ? rankVariables(job.scale, `$(RUNYARD_RUN_ID)-0.${dependents}`) : []),
  ];
};

const jobFiles = (input: CronInput): PlainObject => {
  const { dependents, secretName } = input;
  const files = filesOf(input);
  const own = [secretKeys.wrapper, secretKeys.script, ...(files.length > 0 ? [secretKeys.place] : [])];
  return projected(input, [
    { name: dependents, items: own.map((key) => ({ key, path: key })) },
    ...(files.length === 0
      ? []
      : [{ name: secretName, items: files.map(({ name: key }, i) => ({ key, path: secretKeys.file(i) })) }]),
  ]);
};

const sourceFiles = (input: CronInput): PlainObject => {
  const { job, dependents, secretName, settings } = input;
  const items = job.sources.flatMap(({ url, credential }, i) => {
    if (credential === null || secretName === null) return [];
    const parts =
      kindOf(url) === 'https'
        ? (['username', 'password'] as const)
        : settings.knownHosts === undefined
          ? (['key', 'known_hosts'] as const)
          : (['key'] as const);
    return parts.map((part) => ({ key: `${credential}.${part}`, path: secretKeys.git(i, part) }));
  });
  return projected(input, [{ name: dependents }, ...(items.length === 0 ? [] : [{ name: secretName, items }])]);
};

const projected = ({ settings }: CronInput, secrets: readonly PlainObject[]): PlainObject => ({
  projected: { defaultMode: secretMode(settings), sources: secrets.map((secret) => ({ secret })) },
});

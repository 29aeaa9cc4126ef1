import { isAttemptFailed, isRunyardError } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { jobManifest } from '../src/manifest/job.ts';
import { fieldOfCause, fieldOfWords } from '../src/manifest/refusal/field-of-cause.ts';
import { type Refused, refusalToFault } from '../src/manifest/refusal/refusal-to-fault.ts';
import { inputOf, sourceOf } from './support/launches.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is read of them is what is being proved
type Any = any;

const refused = (parts: Partial<Refused>): Refused => ({
  status: 422,
  words: 'no',
  causes: [],
  message: `refused: ${parts.words}`,
  ...parts,
});

/** `<reason>: <sentence>` of an attempt that ends, `later: <sentence>` of one that waits. */
const told = (parts: Partial<Refused>, sent?: unknown): string => {
  const fault = refusalToFault(refused(parts), sent);
  if (isAttemptFailed(fault) && fault.outcome.class === 'start-failed')
    return `${fault.outcome.reason}: ${fault.outcome.sentence}`;
  return isRunyardError(fault) && fault.code === 'executor-unavailable' ? `later: ${fault.message}` : 'something else';
};

describe('a field that an API server names', () => {
  it('has the name that it has in the job, or in the options', () => {
    const pod = 'spec.template.spec';
    expect(
      Object.fromEntries(
        [
          `${pod}.containers[0].resources.limits[nvidia.com/gpu]`,
          `${pod}.containers[0].resources.requests`,
          `${pod}.containers[0].image`,
          `${pod}.initContainers[0].image`,
          `${pod}.containers[0].env[3].name`,
          `${pod}.runtimeClassName`,
          `${pod}.priorityClassName`,
          `${pod}.nodeSelector`,
          `${pod}.affinity.nodeAffinity`,
          `${pod}.terminationGracePeriodSeconds`,
          `${pod}.securityContext.runAsUser`,
          `${pod}.volumes[7].hostPath.path`,
          'spec.template.metadata.labels',
          `spec.jobTemplate.${pod}.tolerations[0].key`,
          'spec.completions',
          'spec.activeDeadlineSeconds',
          'spec.timeZone',
          'metadata.name',
          '',
        ].map((path) => [path, fieldOfCause(path)]),
      ),
    ).toEqual({
      [`${pod}.containers[0].resources.limits[nvidia.com/gpu]`]: 'size',
      [`${pod}.containers[0].resources.requests`]: 'size',
      [`${pod}.containers[0].image`]: 'image',
      [`${pod}.initContainers[0].image`]: 'k8sExecutor.gitImage',
      [`${pod}.containers[0].env[3].name`]: 'env',
      [`${pod}.runtimeClassName`]: 'executorOptions.runtimeClass',
      [`${pod}.priorityClassName`]: 'executorOptions.priorityClass',
      [`${pod}.nodeSelector`]: 'executorOptions.nodeSelector',
      [`${pod}.affinity.nodeAffinity`]: 'size',
      [`${pod}.terminationGracePeriodSeconds`]: 'limits.graceMs',
      [`${pod}.securityContext.runAsUser`]: 'k8sExecutor.user',
      [`${pod}.volumes[7].hostPath.path`]: 'executorOptions.podTemplate.spec.volumes.7.hostPath.path',
      'spec.template.metadata.labels': 'executorOptions.podTemplate.metadata.labels',
      [`spec.jobTemplate.${pod}.tolerations[0].key`]: 'executorOptions.tolerations',
      'spec.completions': 'scale',
      'spec.activeDeadlineSeconds': 'limits',
      'spec.timeZone': 'schedule.timezone',
      'metadata.name': null,
      '': null,
    });
  });

  it('of a container or a volume is known by its name, where the object is at hand', () => {
    const podTemplate = {
      metadata: { annotations: { team: 'a' } },
      spec: {
        initContainers: [{ name: 'proxy', image: 'x', restartPolicy: 'Always' }],
        containers: [{ name: 'job', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
        volumes: [{ name: 'data', emptyDir: {} }],
      },
    };
    const sent = jobManifest(inputOf({ sources: [sourceOf()] }, { podTemplate }));
    const volumes = (sent as unknown as { spec: { template: { spec: { volumes: { name: string }[] } } } }).spec.template
      .spec.volumes;
    const at = (name: string) => volumes.findIndex((volume) => volume.name === name);
    const field = (path: string) => fieldOfCause(`spec.template.spec.${path}`, sent);
    expect(field('initContainers[1].image')).toBe('executorOptions.podTemplate.spec.initContainers.1.image');
    expect(field('initContainers[0].image')).toBe('k8sExecutor.gitImage');
    expect(field('containers[0].image')).toBe('image');
    // Nobody but this executor made those.
    const mount = (container: string, name: string) => {
      const [list = '', index = ''] = container.split('.');
      const { volumeMounts } = (sent as Any).spec.template.spec[list][index];
      return `${list}[${index}].volumeMounts[${volumeMounts.findIndex((one: Any) => one.name === name)}].mountPath`;
    };
    expect(field(mount('containers.0', 'runyard-job'))).toBeNull();
    expect(field(mount('containers.0', 'data'))).toMatch(
      /^executorOptions\.podTemplate\.spec\.containers\.0\.volumeMounts/,
    );
    expect(field(`volumes[${at('runyard-job')}].secret.secretName`)).toBeNull();
    expect(field(`volumes[${at('data')}].emptyDir`)).toMatch(/^executorOptions\.podTemplate\.spec\.volumes/);
    expect(field('containers[0].command[0]')).toBeNull();
    expect(fieldOfCause('spec.template.metadata.labels', sent)).toBeNull();
    expect(fieldOfCause('spec.template.metadata.annotations', sent)).toMatch(/^executorOptions\.podTemplate/);
    expect(field(`volumes[${at('runyard-shm')}].emptyDir.sizeLimit`)).toBe('executorOptions.shmSize');
    expect(field(`volumes[${at('runyard')}].emptyDir.sizeLimit`)).toBe('k8sExecutor.workspace');
  });

  it('is found in the words of admission too, which name none', () => {
    expect(fieldOfWords('pods "x" is forbidden: no PriorityClass with name urgent was found')).toBe(
      'executorOptions.priorityClass',
    );
    expect(fieldOfWords('error looking up service account n/trainer: serviceaccount "trainer" not found')).toBe(
      'executorOptions.serviceAccount',
    );
    const quota = 'pods "x" is forbidden: failed quota: team: must specify limits.ephemeral-storage for: job';
    expect(fieldOfWords(quota)).toBe('k8sExecutor.podTemplate');
    expect(told({ status: 403, words: quota })).toMatch(/for the option `podTemplate` of k8sExecutor/);
    expect(fieldOfWords('failed quota: team: must specify limits.memory for: job')).toBe('size');
    expect(fieldOfWords('anything else')).toBeNull();
  });
});

describe('a refusal', () => {
  it('of the object ends the attempt, with the field and the server’s words', () => {
    const words = 'spec.template.spec.containers[0].resources.limits[nvidia.com/gpu]: must be an integer';
    const causes = [{ field: 'spec.template.spec.containers[0].resources.limits[nvidia.com/gpu]' }];
    expect(told({ words, causes })).toBe(`refused-by-cluster: The cluster refused the job, for its \`size\`: ${words}`);
    const ofOption = [{ field: 'spec.template.spec.imagePullSecrets[0].name' }];
    expect(told({ words: 'x', causes: ofOption })).toMatch(/for the option `imagePullSecrets` of k8sExecutor: x/);
    expect(told({ status: 413, words: 'limit is 3145728' })).toMatch(/^too-large/);
    expect(told({ status: 404, words: 'the server could not find the requested resource' })).toMatch(
      /^unsupported-by-cluster.*1\.34/,
    );
  });

  it('that says nothing of the object lets it wait', () => {
    const waiting: Partial<Refused>[] = [
      { status: 403, words: 'cannot create resource "jobs"', missingRight: true, message: 'give it the verb create' },
      { status: 403, words: 'x is forbidden: exceeded quota: team' },
      { status: 403, words: 'x is forbidden', causes: [{ reason: 'NamespaceTerminating' }] },
      { status: 404, words: 'namespaces "n" not found' },
      { status: 401, words: 'Unauthorized' },
      { status: 409, words: 'already exists' },
      { status: 429, words: 'Too many requests' },
      { status: 500, words: 'failed calling webhook' },
      { status: 503, words: 'unavailable' },
    ];
    for (const parts of waiting) expect(told(parts)).toMatch(/^later: ./);
    expect(told(waiting[0] as Partial<Refused>)).toBe('later: give it the verb create');
  });

  // As a real server said them.
  it.each([
    [
      'refused-by-cluster: The cluster refused the job, for its `size`: Job.batch "j" is invalid: spec.template.spec.containers[0].resources.requests: Invalid value: "128Mi": must be less than or equal to memory limit of 64Mi',
      'Job.batch "j" is invalid: spec.template.spec.containers[0].resources.requests: Invalid value: "128Mi": must be less than or equal to memory limit of 64Mi',
      [{ reason: 'FieldValueInvalid', field: 'spec.template.spec.containers[0].resources.requests' }],
    ],
    [
      'refused-by-cluster: The cluster refused the job, for its `env`: …',
      '…',
      [{ reason: 'FieldValueInvalid', field: 'spec.template.spec.containers[0].env[0].name' }],
    ],
    [
      "admission-denied: The cluster's rules do not admit the job: jobs.batch \"j\" is forbidden: ValidatingAdmissionPolicy 'runyard-rec' with binding 'runyard-rec' denied request: every job needs a team label",
      "jobs.batch \"j\" is forbidden: ValidatingAdmissionPolicy 'runyard-rec' with binding 'runyard-rec' denied request: every job needs a team label",
      [{ message: 'every job needs a team label' }],
    ],
    [
      'refused-by-cluster: The cluster refused the job: Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.templat"',
      'Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.templat"',
      [],
    ],
  ])('is told as %s', (expected, words, causes) => {
    expect(told({ words, causes })).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { look, named } from './support/looks.ts';
import {
  aJob,
  anEvent,
  aPod,
  at,
  aView,
  condition,
  ended,
  type PodParts,
  runs,
  type ViewParts,
  waits,
} from './support/objects.ts';

const seen = (parts: ViewParts): string => named(look(aView(parts)));
const waitingOf = (parts: ViewParts) => {
  const told = look(aView(parts));
  return told.state === 'waiting' ? told : expect.fail(`it is ${told.state}`);
};
const creating = (job = waits('ContainerCreating'), more: PodParts = {}) => aPod({ phase: 'Pending', job, ...more });
const ofJob = (reason: string, message: string, more = {}) => anEvent(reason, message, { container: 'job', ...more });

describe('a pod that waits for a node', () => {
  const unbound = (message?: string) => {
    const conditions =
      message === undefined
        ? []
        : [{ ...condition('PodScheduled', 'Unschedulable', message), status: 'False' as const }];
    return aPod({ phase: 'Pending', node: null, job: null, conditions });
  };

  it("tells the scheduler's words", () => {
    const words = '0/5 nodes are available: 3 Insufficient nvidia.com/gpu.';
    expect(waitingOf({ pods: [unbound(words)] })).toEqual({ state: 'waiting', phase: 'scheduling', sentence: words });
  });

  it('tells those of the last event where the pod has none', () => {
    const told = (message: string, eventTime: number) => anEvent('FailedScheduling', message, { eventTime });
    expect(waitingOf({ pods: [unbound()], events: [told('the last', 9), told('the first', 3)] }).sentence).toBe(
      'the last',
    );
  });

  it('is no trouble, however long it takes', () => {
    expect(seen({ pods: [unbound('0/5 nodes are available')] })).toBe('waiting:scheduling');
  });

  describe('and first for its volume', () => {
    const words = '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes';
    const unknown = 'storageclass.storage.k8s.io "fast" not found';
    const told = (reason: string, message: string) => anEvent(reason, message, { eventTime: 4 });

    it('is in trouble, which somebody may mend', () => {
      expect(seen({ pods: [unbound(words)] })).toBe('waiting:scheduling!infrastructure/volume-unbound');
      const { trouble, sentence } = waitingOf({ pods: [unbound(words)] });
      expect([trouble?.since, sentence, trouble?.outcome.sentence]).toEqual([
        at(0),
        expect.stringContaining(words),
        expect.stringContaining(words),
      ]);
      const events = [told('FailedScheduling', words)];
      expect(waitingOf({ pods: [unbound()], events }).trouble?.since).toBe(at(4));
    });

    it.each([
      ['the scheduler', `0/3 nodes are available: ${unknown}.`, []],
      ['an event of the scheduler', undefined, [told('FailedScheduling', unknown)]],
      ['an event of the provisioner', words, [told('ProvisioningFailed', unknown)]],
    ])('is started wrongly where its storage class is unknown, as says %s', (_, message, events) => {
      const waits = waitingOf({ pods: [unbound(message)], events });
      expect(named(waits)).toBe('waiting:scheduling!start-failed/volume-unbound');
      expect(waits.sentence).toMatch(/for the option `workspace` of k8sExecutor: .*"fast" not found/);
    });

    it('is in trouble no more once only a node is missing', () => {
      const pods = [unbound('0/3 nodes are available: 3 Insufficient cpu.')];
      const events = [told('FailedScheduling', words), told('ProvisioningFailed', unknown)];
      expect(seen({ pods, events })).toBe('waiting:scheduling');
    });
  });
});

describe('a pod on its way', () => {
  it.each([
    ['its node is known', creating(waits('PodInitializing'), { source: waits('PodInitializing') }), [], 'waiting'],
    ['its sources are fetched', creating(waits('PodInitializing'), { source: runs }), [], 'waiting:sources'],
    ['its image is pulled', creating(), [ofJob('Pulling', 'Pulling image "x"')], 'waiting:image-pull'],
    [
      'its image is there',
      creating(),
      [ofJob('Pulling', 'x', { first: 5 }), ofJob('Pulled', 'x', { first: 6 })],
      'waiting',
    ],
    [
      'the image with git is pulled',
      creating(waits('PodInitializing'), { source: waits('PodInitializing') }),
      [anEvent('Pulling', 'Pulling image "git"', { container: 'source' })],
      'waiting:image-pull',
    ],
    ['no container has a status', aPod({ phase: 'Pending', job: null }), [], 'waiting'],
  ])('tells that %s', (_, pod, events, expected) => expect(seen({ pods: [pod], events })).toBe(expected));

  it('runs once its container does', () => {
    expect(look(aView({ pods: [aPod({ job: runs })] }))).toEqual({ state: 'running', since: at(10) });
    expect(look(aView({ pods: [aPod({ job: { running: {} } })] }))).toEqual({ state: 'running', since: at(0) });
  });

  it('is on its way out from the first sign of that', () => {
    const signs: ViewParts[] = [
      { pods: [aPod({ job: runs, deletedAt: 15 })] },
      { pods: [aPod({ job: runs, conditions: [condition('DisruptionTarget', 'EvictionByEvictionAPI')] })] },
      { pods: [aPod({ job: runs })], job: aJob({ conditions: [condition('FailureTarget', 'BackoffLimitExceeded')] }) },
      { pods: [aPod({ job: runs })], job: aJob({ deleted: true }) },
      { pods: [aPod({ job: runs })], jobGone: true },
      { pods: [aPod({ job: waits('PodInitializing'), source: ended(1), phase: 'Pending' })] },
    ];
    for (const sign of signs) expect(seen(sign)).toBe('ending');
    expect(look(aView({ pods: [aPod({ job: runs })], jobGone: true }))).toEqual({ state: 'ending', since: at(10) });
  });
});

describe('what keeps a container from starting', () => {
  it.each([
    ['InvalidImageName', 'x', '!!start-failed/image-pull'],
    [
      'ErrImagePull',
      'rpc error: code = NotFound desc = reg.example/team/train:1: not found',
      '!start-failed/image-pull',
    ],
    ['ErrImagePull', 'dial tcp: connect: connection refused', '!infrastructure/registry-unreachable'],
    ['ErrImagePull', undefined, '!infrastructure/image-pull'],
    ['ImagePullBackOff', 'Back-off pulling image "x": ErrImagePull: 401 Unauthorized', '!start-failed/image-pull'],
    ['ErrImageNeverPull', 'Container image "x" is not present with pull policy of Never', '!start-failed/image-pull'],
    ['ImageInspectError', 'Failed to inspect image: rpc error', '!infrastructure/image-pull'],
    ['RegistryUnavailable', 'oops', '!infrastructure/registry-unreachable'],
    [
      'SignatureValidationFailed',
      'image pull failed because the signature validation failed',
      '!start-failed/image-pull',
    ],
  ])('an image: %s, %s', (reason, message, expected) => {
    expect(seen({ pods: [creating(waits(reason, message))] })).toBe(`waiting:image-pull${expected}`);
  });

  it.each([
    ['CreateContainerConfigError', 'secret "theirs" not found', '!start-failed/container-config'],
    ['CreateContainerError', 'Error response: no command specified', '!start-failed/container-config'],
    ['CreateContainerError', 'context deadline exceeded', '!infrastructure/container-create'],
    ['RunContainerError', 'cannot run', '!start-failed/container-config'],
    ['SomethingNewError', 'odd', '!start-failed/container-config'],
    ['CreatePodSandboxError', 'no network', '!infrastructure/node-not-ready'],
    ['SomethingNew', undefined, ''],
  ])('what it is made of: %s, %s', (reason, message, expected) => {
    expect(seen({ pods: [creating(waits(reason, message))] })).toBe(`waiting${expected}`);
  });

  it.each([
    ['FailedMount', 'MountVolume.SetUp failed for volume "x" : secret "theirs" not found', 'start-failed/mount-failed'],
    [
      'FailedMount',
      'Unable to attach or mount volumes: timed out waiting for the condition',
      'infrastructure/mount-failed',
    ],
    ['FailedAttachVolume', 'Multi-Attach error for volume "pvc-1"', 'infrastructure/mount-failed'],
    ['FailedCreatePodSandBox', 'failed to setup network', 'infrastructure/node-not-ready'],
    ['NetworkNotReady', 'network is not ready: cni config uninitialized', 'infrastructure/node-not-ready'],
    ['FailedPrepareDynamicResources', 'driver gpu.nvidia.com is not registered', 'infrastructure/node-not-ready'],
  ])('told by an event alone: %s, %s', (reason, message, expected) => {
    const pod = creating(waits('ContainerCreating'), { source: waits('PodInitializing') });
    expect(seen({ pods: [pod], events: [anEvent(reason, message)] })).toBe(`waiting!${expected}`);
  });

  it.each([
    ['the Secret of the attempt', 'CreateContainerConfigError', 'secret "runyard-r1-1-0a1b2c3d" not found'],
    ['a key of it', 'CreateContainerConfigError', "couldn't find key env.TOKEN in Secret jobs/runyard-r1-1-0a1b2c3d"],
  ])('is not the fault of the job where %s is gone', (_, reason, message) => {
    const job = aJob({ annotations: { 'runyard.dev/secret': 'runyard-r1-1-0a1b2c3d' } });
    expect(seen({ job, pods: [creating(waits(reason, message))] })).toBe('waiting!infrastructure/secret-gone');
    const mount = anEvent('FailedMount', `MountVolume.SetUp failed for volume "secret" : ${message}`);
    expect(seen({ job, pods: [creating()], events: [mount] })).toBe('waiting!infrastructure/secret-gone');
  });

  it('is told by events before the status has it, in the words of the one that has any', () => {
    const events = [
      ofJob('Failed', 'Failed to pull image "x": 401 Unauthorized', { first: 6 }),
      ofJob('Failed', 'Error: ErrImagePull', { first: 6 }),
      ofJob('BackOff', 'Back-off pulling image "x"', { first: 7 }),
      ofJob('Failed', 'Error: ImagePullBackOff', { first: 7 }),
    ];
    const told = {
      phase: 'image-pull',
      trouble: { since: at(6), outcome: { sentence: expect.stringContaining('401') } },
    };
    expect(waitingOf({ pods: [creating()], events })).toMatchObject(told);
    // Older kubelets say no more than this.
    expect(
      waitingOf({ pods: [creating(waits('ImagePullBackOff', 'Back-off pulling image "x"'))], events }),
    ).toMatchObject(told);
  });

  it('is not judged by the words in the name of an image', () => {
    const image = 'mirror.example/denied/timeout:503';
    const pods = [creating(waits('ErrImagePull', `odd: "${image}"`), { image })];
    expect(seen({ pods })).toBe('waiting:image-pull!infrastructure/image-pull');
    const short = [creating(waits('ErrImagePull', 'odd: denied/timeout:503, denied/timeout'), { image })];
    expect(seen({ pods: short })).toBe('waiting:image-pull!infrastructure/image-pull');
  });

  it.each([
    ['Pulled', 'image', 'Failed to pull image "x": not found'],
    ['Created', 'container', 'Error: secret "theirs" not found'],
  ])('has ended with the event %s', (progress, _, words) => {
    const events = [ofJob('Failed', words, { first: 5, last: 7 }), ofJob(progress, 'x', { first: 8 })];
    expect(seen({ pods: [creating()], events })).toBe('waiting');
    expect(seen({ pods: [creating()], events: events.slice(0, 1) })).not.toBe('waiting');
  });

  it('of volumes has ended once any container is under way; of another container it is none', () => {
    const mount = anEvent('FailedMount', 'secret "theirs" not found', { first: 5, last: 7 });
    const pulling = anEvent('Pulling', 'x', { container: 'source', first: 8 });
    expect(seen({ pods: [creating()], events: [mount, pulling] })).toBe('waiting');
    expect(seen({ pods: [creating()], events: [anEvent('Failed', 'Error: odd', { container: 'sidecar' })] })).toBe(
      'waiting',
    );
  });

  it('that comes again counts from then, though its event is an old one', () => {
    const mount = anEvent('FailedMount', 'secret "theirs" not found', { first: 2, last: 60 });
    const pulled = anEvent('Pulled', 'x', { container: 'source', first: 30 });
    const image = ofJob('Failed', 'Failed to pull image "x": not found', { first: 3, last: 4 });
    expect(waitingOf({ pods: [creating()], events: [image, pulled, mount] }).trouble?.since).toBe(at(2));
    const first = anEvent('FailedMount', 'other: not found', { first: 1, last: 1 });
    expect(waitingOf({ pods: [creating()], events: [first, pulled, mount] }).trouble?.since).toBe(at(30));
  });

  it('without an event counts from when its container could begin', () => {
    const job = waits('ErrImagePull', 'not found');
    expect(waitingOf({ pods: [creating(job)] }).trouble?.since).toBe(at(0));
    const conditions = [condition('Initialized', '', '', 40)];
    expect(waitingOf({ pods: [creating(job, { conditions })] }).trouble?.since).toBe(at(40));
  });

  it('keeps no more than 2 KiB of words', () => {
    const { sentence, trouble } = waitingOf({ pods: [creating(waits('CreateContainerError', 'x'.repeat(9000)))] });
    expect([sentence?.length, trouble?.outcome.sentence?.length]).toEqual([2048, 2048]);
  });
});

describe('a Job whose pod is not made', () => {
  const job = aJob();
  const refused = (words: string, first = 5) =>
    anEvent('FailedCreate', `Error creating: pods "x" is forbidden: ${words}`, { of: job, first });

  it.each([
    ['exceeded quota: team, requested: pods=1, used: pods=0, limited: pods=0', ''],
    ['violates PodSecurity "restricted:latest": runAsNonRoot != true', '!!start-failed/refused-by-cluster'],
    ['failed quota: team: must specify limits.memory', '!!start-failed/refused-by-cluster'],
    ['maximum memory usage per Container is 1Gi, but limit is 2Gi', '!!start-failed/refused-by-cluster'],
    ['no PriorityClass with name urgent was found', '!!start-failed/refused-by-cluster'],
    [
      'error looking up service account jobs/runner: serviceaccount "runner" not found',
      '!start-failed/refused-by-cluster',
    ],
    [
      'unable to create new content in namespace jobs because it is being terminated',
      '!!infrastructure/namespace-terminating',
    ],
  ])('says why: %s', (words, expected) => {
    const told = waitingOf({ job, events: [refused(words)] });
    expect([named(told), told.sentence]).toEqual([`waiting:scheduling${expected}`, expect.stringContaining(words)]);
  });

  it.each([
    ['Internal error occurred: failed calling webhook "x": context deadline exceeded', ''],
    ['admission webhook "policy" denied the request: no', '!!start-failed/refused-by-cluster'],
    ['something new', ''],
  ])('says why: %s', (words, expected) => {
    const events = [anEvent('FailedCreate', `Error creating: ${words}`, { of: job })];
    expect(seen({ job, events })).toBe(`waiting:scheduling${expected}`);
  });

  it.each([
    ['no PriorityClass with name urgent was found', 'executorOptions.priorityClass'],
    ['pod rejected: RuntimeClass "gvisor" not found', 'executorOptions.runtimeClass'],
    [
      'error looking up service account jobs/runner: serviceaccount "runner" not found',
      'executorOptions.serviceAccount',
    ],
    ['maximum memory usage per Container is 1Gi, but limit is 2Gi', 'size'],
  ])("names the job's field of which it is said: %s", (words, field) => {
    const { sentence, trouble } = waitingOf({ job, events: [refused(words)] });
    const expected = expect.stringMatching(new RegExp(`, for its \`${field}\`: .*${words.slice(0, 20)}`));
    expect([sentence, trouble?.outcome.sentence]).toEqual([expected, expected]);
  });

  it('tells the last refusal, and since when there was one of that kind', () => {
    const events = [
      refused('exceeded quota: team', 2),
      refused('violates PodSecurity "restricted"', 4),
      refused('violates PodSecurity "restricted"', 9),
    ];
    expect(waitingOf({ job, events })).toMatchObject({
      trouble: { since: at(4) },
      sentence: expect.stringContaining('PodSecurity'),
    });
  });

  it('says nothing once there is a pod', () => {
    expect(seen({ job, pods: [aPod({ job: runs })], events: [refused('violates PodSecurity "restricted"')] })).toBe(
      'running',
    );
  });
});

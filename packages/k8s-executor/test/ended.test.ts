import { executorInput, scriptLaunch } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { startReplay } from '../../../test/engines/k8s/replay.ts';
import type { ContainerStatus } from '../src/api/objects.ts';
import { hasEnded } from '../src/outcome/has-ended.ts';
import { aPod, condition, ended, type PodParts, runs, waits } from './support/objects.ts';
import { stageOf } from './support/play.ts';
import { until } from './support/until.ts';

const withStatuses = (
  parts: PodParts,
  { init = [], main = [] }: { init?: ContainerStatus[]; main?: ContainerStatus[] },
) => {
  const pod = aPod(parts);
  pod.spec.initContainers?.push(...init.map(({ name }) => ({ name })));
  pod.spec.containers?.unshift(...main.map(({ name }) => ({ name })));
  pod.status?.initContainerStatuses?.push(...init);
  pod.status?.containerStatuses?.unshift(...main);
  return pod;
};

describe('a pod has ended', () => {
  const byCollector = [condition('DisruptionTarget', 'DeletionByPodGC')];

  it.each([
    ['once its container has, before its phase says so', aPod({ job: ended(0) }), true],
    ['not while its container runs', aPod({ job: runs }), false],
    ['by its phase, where its container never began', aPod({ phase: 'Failed', job: waits('PodInitializing') }), true],
    ['by its phase, where it has no status of containers', aPod({ phase: 'Failed', job: null }), true],
    ['not by a phase beside which its container runs: its node is lost', aPod({ phase: 'Failed', job: runs }), false],
    [
      'not by a phase that was set for a lost node, though its container was not seen to begin',
      aPod({ phase: 'Failed', job: waits('ContainerCreating'), conditions: byCollector }),
      false,
    ],
    [
      'where its container had ended before its node was lost',
      aPod({ phase: 'Failed', job: ended(0), conditions: byCollector }),
      true,
    ],
    [
      'not while a container beside it runs on, in `initContainers`',
      withStatuses({ job: ended(0) }, { init: [{ name: 'proxy', state: runs }] }),
      false,
    ],
    ['once that has, too', withStatuses({ job: ended(0) }, { init: [{ name: 'proxy', state: ended(143) }] }), true],
    [
      'not while one of its containers has not begun',
      withStatuses({ job: ended(0) }, { main: [{ name: 'other', state: waits('ContainerCreating') }] }),
      false,
    ],
  ])('%s', (_, pod, expected) => expect(hasEnded(pod)).toBe(expected));

  it('by containers of those names, not by as many', () => {
    const pod = aPod({ job: waits('ContainerCreating') });
    pod.status?.containerStatuses?.unshift({ name: 'injected', state: ended(0) });
    expect(hasEnded(pod)).toBe(false);
  });
});

it('a stop of what a lost node has resolves once the API server has its pod no more, not when its phase is set', async () => {
  await using replay = await startReplay({ scenarioOf: () => null });
  await using stage = await stageOf(replay, { stopMarginMs: 0 });
  const spec = stage.executor.parseSpec(executorInput({ image: 'app' }));
  const launch = scriptLaunch({ deed: { does: 'print', text: '' }, spec });
  const handle = await stage.executor.prepare(launch, stage.signal);
  await stage.executor.start(handle, { launch, signal: stage.signal });
  const [job] = replay.objects.list('jobs', stage.namespace);
  if (job === undefined) return expect.fail('there is no Job');
  const { name, uid, labels } = job.metadata;
  const pod = replay.objects.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-abcde`,
      namespace: stage.namespace,
      labels: { ...labels, 'batch.kubernetes.io/controller-uid': uid },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true }],
      finalizers: ['batch.kubernetes.io/job-tracking'],
    },
    spec: aPod().spec,
    status: aPod({ phase: 'Failed', job: runs }).status,
  });
  let resolved = false;
  const stopping = stage.executor.stop(handle, { graceMs: 100, signal: stage.signal }).then(() => {
    resolved = true;
  });
  const stands = () => replay.objects.byUid('pods', pod.metadata.uid)?.metadata.deletionTimestamp !== undefined;
  await until(async () => resolved || stands(), 'its pod to be deleted with its Job');
  expect([resolved, stands()]).toEqual([false, true]);
  replay.objects.drop('pods', pod.metadata.uid);
  await stopping;
  expect(replay.objects.list('pods', stage.namespace)).toEqual([]);
});

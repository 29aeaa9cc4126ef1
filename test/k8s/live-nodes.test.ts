import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { askerFor } from '../engines/k8s/ask.ts';
import { carriers } from '../engines/k8s/live/carriers.ts';
import { startLiveCluster } from '../engines/k8s/live/live-cluster.ts';
import { untilGone, untilJob, untilPod } from '../engines/k8s/live/until.ts';
import { dockerRuns } from '../engines/use-docker.ts';
import { isOver, isUp, liveJob, stateOf } from './live-job.ts';
import { containersOn, jobs, useLiveCluster } from './use-live-cluster.ts';

describe.skipIf(!dockerRuns)('the nodes of the live cluster', () => {
  // Other tests on this machine have others.
  const mark = randomUUID();
  const live = useLiveCluster({
    nodes: [
      { name: 'node-1' },
      { name: 'gpu-1', allocatable: { 'nvidia.com/gpu': '4' }, taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
      { name: 'gone-1', labels: { role: 'lost' }, taints: [{ key: 'lost', effect: 'NoSchedule' }] },
    ],
  });

  it('keeps what fits nowhere waiting in the words of the scheduler, and runs it when there is room', async () => {
    const pod = { tolerations: [{ key: 'gpu', operator: 'Exists' }] };
    const gpus = (n: number) => ({ pod, container: { resources: { limits: { 'nvidia.com/gpu': String(n) } } } });
    await live.create(liveJob('gpu-a', `trap 'exit 0' TERM; while :; do sleep 0.1; done`, gpus(3)));
    const first = await untilPod(live.objects, 'gpu-a', isUp);
    await live.create(liveJob('gpu-b', 'true', gpus(2)));
    await live.create(liveJob('gpu-c', 'true', gpus(8)));
    const message = async (name: string) =>
      (await untilPod(live.objects, name, ({ status }) => status.conditions !== undefined)).status.conditions?.[0]
        ?.message;
    const none =
      '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/3 nodes are available:';
    expect(await message('gpu-b')).toBe(
      `${none} 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.`,
    );
    expect(await message('gpu-c')).toBe(`${none} 3 Preemption is not helpful for scheduling.`);
    const waiting = await untilPod(live.objects, 'gpu-c', () => true);
    expect(await live.log(waiting)).toMatchObject({ status: 204 });
    live.cluster.preempt(`default/${first.metadata.name}`);
    await untilJob(live.objects, 'gpu-b', isOver);
    expect(await untilPod(live.objects, 'gpu-b', () => true)).toMatchObject({ spec: { nodeName: 'gpu-1' } });
    await live.ask('DELETE', `${jobs}/gpu-c?propagationPolicy=Foreground`);
    await untilGone(live.objects, 'pods', waiting.metadata.uid);
  });

  it('evicts a pod by the API, after which it is deleted, or by its kubelet, after which it stays', async () => {
    const command = `trap 'exit 143' TERM; while :; do sleep 0.1; done`;
    await live.create(liveJob('evict-api', command));
    await live.create(liveJob('evict-kubelet', command));
    const one = await untilPod(live.objects, 'evict-api', isUp);
    live.cluster.evict(`default/${one.metadata.name}`);
    await untilGone(live.objects, 'pods', one.metadata.uid);
    const other = await untilPod(live.objects, 'evict-kubelet', isUp);
    live.cluster.evict(`default/${other.metadata.name}`, 'kubelet');
    await untilJob(live.objects, 'evict-kubelet', isOver);
    expect(await untilPod(live.objects, 'evict-kubelet', () => true)).toMatchObject({
      status: {
        phase: 'Failed',
        reason: 'Evicted',
        conditions: expect.arrayContaining([
          expect.objectContaining({ type: 'DisruptionTarget', reason: 'TerminationByKubelet' }),
        ]),
      },
    });
  });

  it('leaves a pod of a lost node hanging, still running, until its node is deleted', async () => {
    await live.create(
      liveJob('lost', 'sleep 1000', {
        pod: { nodeSelector: { role: 'lost' }, tolerations: [{ key: 'lost', operator: 'Exists' }] },
        container: { env: [{ name: 'MARK', value: mark }] },
      }),
    );
    const { metadata } = await untilPod(live.objects, 'lost', isUp);
    live.cluster.loseNode('gone-1');
    const job = await untilJob(live.objects, 'lost', ({ status }) => status.terminating === 1);
    expect(job.status.conditions).toBeUndefined();
    const hanging = await untilPod(live.objects, 'lost', () => true);
    expect(hanging.status.conditions).toContainEqual(expect.objectContaining({ reason: 'DeletionByTaintManager' }));
    expect(stateOf(hanging).running).toBeDefined();
    expect((await live.log(hanging)).status).toBe(500);
    expect(await carriers(`MARK=${mark}`)).toBe(1);
    live.cluster.deleteNode('gone-1');
    await untilGone(live.objects, 'pods', metadata.uid);
    expect((await untilJob(live.objects, 'lost', isOver)).status).toMatchObject({ failed: 1 });
    await expect.poll(() => carriers(`MARK=${mark}`), { timeout: 10_000 }).toBe(0);
  });

  it('takes all containers away when it is disposed of, also those that run', async () => {
    const other = await startLiveCluster({ docker: live.docker });
    const theirs = askerFor(other.api.kubeConfig());
    const container = { env: [{ name: 'MARK', value: mark }] };
    await theirs('POST', jobs, liveJob('left', `trap '' TERM; while :; do sleep 0.1; done`, { container }));
    await untilPod(other.api.objects, 'left', isUp);
    const [left = ''] = await containersOn(live.docker, `name=k8s_job_left-`);
    expect(left).not.toBe('');
    await other[Symbol.asyncDispose]();
    expect(await carriers(`MARK=${mark}`)).toBe(0);
    expect(await containersOn(live.docker, `id=${left}`)).toEqual([]);
  });
});

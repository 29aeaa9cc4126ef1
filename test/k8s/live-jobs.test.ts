import { describe, expect, it } from 'vitest';
import { isTrue } from '../engines/k8s/live/shared/conditions.ts';
import type { Job } from '../engines/k8s/live/shared/objects.ts';
import { untilGone, untilJob, untilPod, untilSome } from '../engines/k8s/live/until.ts';
import { dockerRuns } from '../engines/use-docker.ts';
import { isOver, isUp, liveJob, stateOf } from './live-job.ts';
import { core, jobs, useLiveCluster } from './use-live-cluster.ts';

describe.skipIf(!dockerRuns)('a Job of the live cluster', () => {
  const live = useLiveCluster();

  it('runs the init containers and then the job, and counts a success', async () => {
    const source = {
      name: 'source',
      image: live.cluster.images.git,
      command: ['sh', '-c', 'git --version >/work/version'],
    };
    const volumeMounts = [{ name: 'work', mountPath: '/work' }];
    const { metadata } = await live.create(
      liveJob('good', 'echo "hello $WHO from $(hostname)"; cat version', {
        pod: { initContainers: [{ ...source, volumeMounts }], volumes: [{ name: 'work', emptyDir: {} }] },
        container: {
          ...{ volumeMounts, workingDir: '/work' },
          env: [
            { name: 'FIRST', value: 'you' },
            { name: 'WHO', value: '$(FIRST) and $$(FIRST)' },
          ],
        },
      }),
    );
    const job = await untilJob(live.objects, 'good', isOver);
    expect(job.status).toMatchObject({ succeeded: 1, terminating: 0, ready: 0 });
    expect(job.status.conditions?.map(({ type, reason }) => [type, reason])).toEqual([
      ['SuccessCriteriaMet', 'CompletionsReached'],
      ['Complete', 'CompletionsReached'],
    ]);
    const pod = await untilPod(live.objects, 'good', () => true);
    expect(pod).toMatchObject({
      metadata: { labels: { 'batch.kubernetes.io/job-name': 'good' } },
      spec: { nodeName: 'node-1' },
      status: { phase: 'Succeeded' },
    });
    expect(pod.metadata.finalizers).toBeUndefined();
    expect(stateOf(pod).terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect((await live.log(pod)).body).toMatch(
      new RegExp(`^hello you and \\$\\(FIRST\\) from ${pod.metadata.name}\ngit version .*\n$`),
    );
    expect(live.reasons({ metadata })).toEqual(['SuccessfulCreate', 'Completed']);
    const started = ['Pulled', 'Created', 'Started'];
    expect(live.reasons(pod)).toEqual(['Scheduled', ...started, ...started]);
  });

  it('tells an exit code in the words of the failure policy, and last words from the file or the log', async () => {
    const rules: NonNullable<Job['spec']['podFailurePolicy']>['rules'] = [
      { action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget' }] },
      { action: 'FailJob', onExitCodes: { containerName: 'job', operator: 'NotIn', values: [0] } },
    ];
    const fallback = { terminationMessagePolicy: 'FallbackToLogsOnError' };
    const job = { podFailurePolicy: { rules } };
    await live.create(liveJob('seven', 'echo "no such table"; exit 7', { job, container: fallback }));
    await live.create(liveJob('note', 'echo told >/dev/termination-log; echo; exit 1', { container: fallback }));
    const { status } = await untilJob(live.objects, 'seven', isOver);
    const pod = await untilPod(live.objects, 'seven', () => true);
    const message = `Container job for pod default/${pod.metadata.name} failed with exit code 7 matching FailJob rule at index 1`;
    expect(status).toMatchObject({
      failed: 1,
      conditions: [
        { type: 'FailureTarget', reason: 'PodFailurePolicy', message },
        { type: 'Failed', reason: 'PodFailurePolicy', message },
      ],
    });
    expect(stateOf(pod).terminated).toMatchObject({ exitCode: 7, reason: 'Error', message: 'no such table\n' });
    await untilJob(live.objects, 'note', isOver);
    expect(stateOf(await untilPod(live.objects, 'note', () => true)).terminated).toMatchObject({ message: 'told\n' });
  });

  it('makes no pod of a suspended Job, one when it is resumed, and another one when it is suspended and resumed again', async () => {
    await live.create(liveJob('held', 'sleep 1000', { job: { suspend: true } }));
    const suspended = await untilJob(live.objects, 'held', ({ status }) => isTrue(status.conditions, 'Suspended'));
    expect(suspended.status).toEqual({
      ...{ conditions: [expect.objectContaining({ reason: 'JobSuspended', message: 'Job suspended' })] },
      ...{ terminating: 0, uncountedTerminatedPods: {}, ready: 0 },
    });
    await live.patch(`${jobs}/held`, { spec: { suspend: false } });
    const first = await untilPod(live.objects, 'held', isUp);
    const job = await untilJob(live.objects, 'held', ({ status }) => status.ready === 1);
    expect(job.status).toMatchObject({ active: 1, conditions: [{ status: 'False', reason: 'JobResumed' }] });
    await live.patch(`${jobs}/held`, { spec: { suspend: true } });
    await untilGone(live.objects, 'pods', first.metadata.uid);
    const again = await untilJob(live.objects, 'held', ({ status }) => status.terminating === 0);
    expect(again.status.failed).toBeUndefined();
    await live.patch(`${jobs}/held`, { spec: { suspend: false } });
    const second = await untilPod(live.objects, 'held', isUp);
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
    await live.ask('DELETE', `${jobs}/held?propagationPolicy=Background`);
    await untilGone(live.objects, 'pods', second.metadata.uid);
  });

  it('runs the indexes of a Job under their own names, which the headless service knows', async () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'team' }, spec: { clusterIP: 'None' } };
    await live.create(service, `${core}/services`);
    const listen = `import os,socket; s=socket.socket(); s.bind((os.environ['IP'],7077)); s.listen(); c,_=s.accept(); print(c.recv(9).decode())`;
    const call = `import socket,time
for _ in range(200):
  try: s=socket.create_connection(('team-0.team',7077)); break
  except OSError: time.sleep(.05)
s.send(b'hello')`;
    await live.create(
      liveJob('team', `if [ $JOB_COMPLETION_INDEX = 0 ]; then python3 -c "${listen}"; else python3 -c "${call}"; fi`, {
        job: { completionMode: 'Indexed', completions: 2, parallelism: 2 },
        pod: { subdomain: 'team' },
        container: {
          image: live.cluster.images.tools,
          env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
        },
      }),
    );
    const job = await untilJob(live.objects, 'team', isOver);
    expect(job.status).toMatchObject({ succeeded: 2, completedIndexes: '0,1' });
    const pod = await untilPod(live.objects, 'team', ({ spec }) => spec.hostname === 'team-0');
    expect(pod.metadata.annotations).toEqual({ 'batch.kubernetes.io/job-completion-index': '0' });
    expect((await live.log(pod)).body).toBe('hello\n');
  });

  it('deletes the other indexes of a Job when one has failed, and counts all as failed', async () => {
    const command = `trap 'exit 0' TERM; [ $JOB_COMPLETION_INDEX = 1 ] && exit 5; while :; do sleep 0.1; done`;
    const { metadata } = await live.create(
      liveJob('one-fails', command, { job: { completionMode: 'Indexed', completions: 3, parallelism: 3 } }),
    );
    const ends = untilPod(live.objects, 'one-fails', ({ status }) => status.phase === 'Succeeded');
    const job = await untilJob(live.objects, 'one-fails', isOver);
    expect(job.status).toMatchObject({ failed: 3, conditions: [{ type: 'FailureTarget' }, { type: 'Failed' }] });
    expect((await ends).metadata.deletionTimestamp).toBeDefined();
    expect(live.reasons({ metadata }).filter((reason) => reason === 'SuccessfulDelete')).toHaveLength(2);
    expect(await untilPod(live.objects, 'one-fails', () => true)).toMatchObject({ status: { phase: 'Failed' } });
  });

  it('tells of pods that are refused, tries again, and runs them once they are taken', async () => {
    const message = 'pods "x" is forbidden: exceeded quota: team, requested: pods=1, used: pods=0, limited: pods=0';
    live.cluster.api.onCreate = (resource) =>
      resource === 'pods' ? { refuse: { status: 403, body: { message } } } : null;
    const { metadata } = await live.create(liveJob('quota', 'true'));
    const event = await untilSome(live.objects, { resource: 'events' }, ({ reason }) => reason === 'FailedCreate');
    expect(event).toMatchObject({ type: 'Warning', message: `Error creating: ${message}` });
    const job = await untilJob(live.objects, 'quota', ({ status }) => status.startTime !== undefined);
    expect(job.status.active).toBeUndefined();
    live.cluster.api.onCreate = null;
    await untilJob(live.objects, 'quota', isOver);
    expect(live.reasons({ metadata })).toEqual(['FailedCreate', 'SuccessfulCreate', 'Completed']);
  });

  it('fails a Job that is active too long, and removes one some time after it has ended', async () => {
    await live.create(liveJob('late', 'sleep 1000', { job: { activeDeadlineSeconds: 1 } }));
    const { metadata } = await live.create(liveJob('short', 'true', { job: { ttlSecondsAfterFinished: 1 } }));
    const pod = await untilPod(live.objects, 'short', () => true);
    const job = await untilJob(live.objects, 'late', isOver);
    expect(job.status.conditions?.[0]).toMatchObject({ type: 'FailureTarget', reason: 'DeadlineExceeded' });
    await untilGone(live.objects, 'jobs', metadata.uid);
    await untilGone(live.objects, 'pods', pod.metadata.uid);
  });
});

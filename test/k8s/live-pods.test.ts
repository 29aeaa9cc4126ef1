import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { carriers } from '../engines/k8s/live/carriers.ts';
import { untilGone, untilJob, untilPod, untilSome } from '../engines/k8s/live/until.ts';
import { dockerRuns } from '../engines/use-docker.ts';
import { isOver, isUp, liveJob, stateOf } from './live-job.ts';
import { containersOn, core, jobs, onEngine, useLiveCluster } from './use-live-cluster.ts';

describe.skipIf(!dockerRuns)('a pod of the live cluster', () => {
  // Other tests on this machine have others.
  const mark = randomUUID();
  const live = useLiveCluster();

  it('tells of want of memory, also of a child alone', async () => {
    const container = { resources: { limits: { memory: '32Mi' } } };
    await live.create(liveJob('oom', 'exec tail /dev/zero', { container }));
    await live.create(liveJob('oom-child', 'tail /dev/zero; exit 3', { container }));
    for (const [name, exitCode] of [
      ['oom', 137],
      ['oom-child', 3],
    ] as const) {
      await untilJob(live.objects, name, isOver);
      const { terminated } = stateOf(await untilPod(live.objects, name, () => true));
      expect(terminated).toMatchObject({ exitCode, reason: 'OOMKilled' });
    }
  });

  it('keeps a pod waiting whose image is not there, and lets it go when it is deleted', async () => {
    await live.create(liveJob('no-image', 'true', { container: { image: 'registry.example/missing:1' } }));
    await live.create(liveJob('bad-image', 'true', { container: { image: 'registry.example/BAD:1' } }));
    const pod = await untilPod(live.objects, 'no-image', (each) => stateOf(each).waiting?.reason === 'ErrImagePull');
    expect(stateOf(pod).waiting?.message).toMatch(/code = NotFound .*registry.example\/missing:1: not found$/);
    expect(await live.log(pod)).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching("image can't be pulled$") },
    });
    await untilPod(live.objects, 'no-image', (each) => stateOf(each).waiting?.reason === 'ImagePullBackOff');
    expect(live.reasons(pod)).toEqual(['Scheduled', 'Pulling', 'Failed', 'Failed', 'BackOff', 'Failed']);
    await untilPod(live.objects, 'bad-image', (each) => stateOf(each).waiting?.reason === 'InvalidImageName');
    const ends = untilPod(live.objects, 'no-image', (each) => stateOf(each).terminated !== undefined);
    await live.ask('DELETE', `${jobs}/no-image?propagationPolicy=Foreground`);
    expect(stateOf(await ends).terminated).toMatchObject({
      exitCode: 137,
      reason: 'ContainerStatusUnknown',
      startedAt: null,
    });
    await untilGone(live.objects, 'pods', pod.metadata.uid);
  });

  it('fails a program that is not there with a StartError and an empty log', async () => {
    await live.create(liveJob('no-program', '', { container: { command: ['no-such-program'] } }));
    await untilJob(live.objects, 'no-program', isOver);
    const pod = await untilPod(live.objects, 'no-program', () => true);
    expect(stateOf(pod).terminated).toMatchObject({
      ...{ exitCode: 128, reason: 'StartError', startedAt: '1970-01-01T00:00:00Z' },
      message: expect.stringContaining('exec: "no-such-program": executable file not found in $PATH: unknown'),
    });
    expect(await live.log(pod)).toMatchObject({ status: 200, body: '' });
  });

  it('ends a pod whose deadline is patched, with its grace, and keeps it, its exit code and its log', async () => {
    await live.create(liveJob('polite', `trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done`));
    await live.create(liveJob('stubborn', `trap '' TERM; echo up; while :; do sleep 0.1; done`));
    for (const [name, exitCode, text] of [
      ['polite', 0, 'up\nbye\n'],
      ['stubborn', 137, 'up\n'],
    ] as const) {
      const { metadata } = await untilPod(live.objects, name, isUp);
      await expect.poll(async () => (await live.log({ metadata })).body).toBe('up\n');
      await live.patch(`${core}/pods/${metadata.name}`, { spec: { activeDeadlineSeconds: 1 } });
      await untilJob(live.objects, name, isOver);
      const pod = await untilPod(live.objects, name, () => true);
      expect(pod.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
      expect(stateOf(pod).terminated).toMatchObject({ exitCode });
      expect(pod.metadata.deletionTimestamp).toBeUndefined();
      expect((await live.log(pod)).body).toBe(text);
    }
  });

  it('ends a pod sooner that is being ended, where a deletion gives it less time', async () => {
    const pod = { terminationGracePeriodSeconds: 60 };
    await live.create(liveJob('hurried', `trap '' TERM; echo up; while :; do sleep 0.1; done`, { pod }));
    const { metadata } = await untilPod(live.objects, 'hurried', isUp);
    await expect.poll(async () => (await live.log({ metadata })).body).toBe('up\n');
    await live.patch(`${core}/pods/${metadata.name}`, { spec: { activeDeadlineSeconds: 1 } });
    await expect.poll(() => live.reasons({ metadata })).toContain('Killing');
    await live.ask('DELETE', `${core}/pods/${metadata.name}?gracePeriodSeconds=1`);
    await untilGone(live.objects, 'pods', metadata.uid);
  });

  it('ends a pod that is deleted, shows how it ended, and fails the Job only then', async () => {
    await live.create(
      liveJob('deleted', `trap 'exit 143' TERM; while :; do sleep 0.1; done`, {
        container: { env: [{ name: 'MARK', value: mark }] },
      }),
    );
    const { metadata } = await untilPod(live.objects, 'deleted', isUp);
    expect(await carriers(`MARK=${mark}`)).toBeGreaterThan(0);
    const ends = untilPod(live.objects, 'deleted', ({ status }) => status.phase === 'Failed');
    const leaves = untilJob(live.objects, 'deleted', ({ status }) => status.terminating === 1);
    expect(await live.ask('DELETE', `${core}/pods/${metadata.name}`)).toMatchObject({
      ...{ status: 200, body: { metadata: { deletionGracePeriodSeconds: 1 } } },
    });
    expect((await leaves).status.conditions).toBeUndefined();
    expect(stateOf(await ends).terminated).toMatchObject({ exitCode: 143 });
    const job = await untilJob(live.objects, 'deleted', isOver);
    expect(job.status).toMatchObject({ failed: 1, terminating: 0 });
    await untilGone(live.objects, 'pods', metadata.uid);
    expect((await live.log({ metadata })).status).toBe(404);
    expect(await carriers(`MARK=${mark}`)).toBe(0);
  });

  it('hands secrets over as variables and files, to a user of its own on a file system that it cannot write', async () => {
    const { metadata } = await live.create(
      liveJob(
        'secret',
        'exec 2>&1; echo $TOKEN; cat /secrets/*; stat -Lc %a:%u:%g /secrets/key; id; touch /x /work/y; ls -l /work; df -k /dev/shm',
        {
          job: { suspend: true },
          pod: {
            securityContext: { runAsUser: 1234, runAsGroup: 55, fsGroup: 77 },
            volumes: [
              {
                name: 'secrets',
                secret: { secretName: 'keys', defaultMode: 0o400, items: [{ key: 'a', path: 'key' }] },
              },
              { name: 'work', emptyDir: {} },
              { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
            ],
          },
          container: {
            securityContext: {
              readOnlyRootFilesystem: true,
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'] },
            },
            env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'keys', key: 'b' } } }],
            volumeMounts: [
              { name: 'secrets', mountPath: '/secrets', readOnly: true },
              { name: 'work', mountPath: '/work' },
              { name: 'shm', mountPath: '/dev/shm' },
            ],
          },
        },
      ),
    );
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'secret', uid: metadata.uid };
    const data = {
      a: Buffer.from('of a file\n').toString('base64'),
      b: Buffer.from('of a variable').toString('base64'),
    };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', ownerReferences: [owner] }, data };
    const { metadata: kept } = await live.create(secret, `${core}/secrets`);
    await live.patch(`${jobs}/secret`, { spec: { suspend: false } });
    await untilJob(live.objects, 'secret', isOver);
    const text = (await live.log(await untilPod(live.objects, 'secret', () => true))).body;
    expect(text).toMatch(/^of a variable\nof a file\n440:0:77\nuid=1234 gid=55 groups=(55,)?77\n/);
    expect(text).toMatch(/touch: \/x: Read-only file system/);
    expect(text).toMatch(/1234 +77 .* y\n/);
    expect(text).toMatch(/ 1024 .* \/dev\/shm\n/);
    await live.ask('DELETE', `${jobs}/secret?propagationPolicy=Background`);
    await untilGone(live.objects, 'secrets', kept.uid);
  });

  it('waits for a Secret that is missing, in a variable or a volume, and goes on when it is there', async () => {
    const reference = { name: 'late', key: 'k' };
    await live.create(
      liveJob('env-late', 'echo $K', { container: { env: [{ name: 'K', valueFrom: { secretKeyRef: reference } }] } }),
    );
    await live.create(
      liveJob('file-late', 'cat /late/k', {
        pod: { volumes: [{ name: 'late', secret: { secretName: 'late' } }] },
        container: { volumeMounts: [{ name: 'late', mountPath: '/late' }] },
      }),
    );
    const pod = await untilPod(live.objects, 'env-late', (each) => stateOf(each).waiting?.message !== undefined);
    expect(stateOf(pod).waiting).toEqual({ reason: 'CreateContainerConfigError', message: 'secret "late" not found' });
    const event = await untilSome(live.objects, { resource: 'events' }, ({ reason }) => reason === 'FailedMount');
    expect(event.message).toBe('MountVolume.SetUp failed for volume "late" : secret "late" not found');
    const data = { k: Buffer.from('now').toString('base64') };
    await live.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'late' }, data }, `${core}/secrets`);
    for (const name of ['env-late', 'file-late']) {
      await untilJob(live.objects, name, isOver);
      expect((await live.log(await untilPod(live.objects, name, () => true))).body.trim()).toBe('now');
    }
  });

  it('follows a log while it is written, to its end, and reads parts of it', async () => {
    await live.create(
      liveJob(
        'talks',
        'echo one; read line </go/on; echo two; printf "crlf\\r\\n"; head -c 20000 /dev/zero | tr "\\0" x; echo',
        {
          pod: {
            volumes: [{ name: 'go', emptyDir: {} }],
            initContainers: [
              {
                name: 'pipe',
                image: 'runyard/busybox:1',
                command: ['mkfifo', '/go/on'],
                volumeMounts: [{ name: 'go', mountPath: '/go' }],
              },
            ],
          },
          container: { volumeMounts: [{ name: 'go', mountPath: '/go' }] },
        },
      ),
    );
    const pod = await untilPod(live.objects, 'talks', isUp);
    const url = `${live.cluster.api.url}${core}/pods/${pod.metadata.name}/log?follow=true&timestamps=true`;
    const token = JSON.parse(live.cluster.api.kubeConfig()).users[0].user.token;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    let text = '';
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      if (text === '') {
        expect(part).toMatch(/^\S+ one\n$/);
        const [id = ''] = await containersOn(live.docker, `label=io.kubernetes.pod.uid=${pod.metadata.uid}`);
        await onEngine(live.docker, 'exec', id, 'sh', '-c', 'echo >/go/on');
      }
      text += part;
    }
    const stamp = '20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z';
    expect(text).toMatch(new RegExp(`^${stamp} one\n${stamp} two\n${stamp} crlf\n${stamp} x{20000}\n$`));
    expect((await live.log(pod, '&limitBytes=5')).body).toBe('one\nt');
    expect((await live.log(pod, '&tailLines=1')).body).toBe(`${'x'.repeat(20000 - 16384)}\n`);
    const [first = ''] = text.split(' ');
    expect((await live.log(pod, `&sinceTime=${first}`)).body).toMatch(/^one\n/);
    expect((await live.log(pod, '&sinceTime=2999-01-01T00:00:00Z')).body).toBe('');
  });
});

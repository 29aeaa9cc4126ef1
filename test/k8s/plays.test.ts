import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Asker, askerFor } from '../engines/k8s/ask.ts';
import type { KubeObject } from '../engines/k8s/cluster.ts';
import { readRecording } from '../engines/k8s/replay/recording.ts';
import { type Replay, startReplay } from '../engines/k8s/replay.ts';

const jobs = '/apis/batch/v1/namespaces/default/jobs';
const pods = '/api/v1/namespaces/default/pods';

describe('a Job that is made suspended', () => {
  test('waits, and is played from its start on, with the conditions that it has then', async () => {
    await using replay = await startReplay({ speed: 100 });
    const ask = askerFor(replay.kubeConfig());
    await create(ask, 'a', '02-exit-7');
    expect(replay.plays()).toMatchObject([{ job: 'a', scenario: '02-exit-7', state: 'prepared' }]);
    expect(conditions(replay)).toEqual(['Suspended=True']);
    expect(replay.objects.list('pods', 'default')).toEqual([]);
    await start(ask, 'a');
    await until(() => conditions(replay).includes('Failed=True'));
    expect(conditions(replay)).toEqual(['Suspended=False', 'FailureTarget=True', 'Failed=True']);
    const events = replay.objects.list('events', 'default').map(({ reason }) => reason);
    expect(events.slice(0, 2)).toEqual(['Suspended', 'Resumed']);
  });

  test('stays started where its start comes sooner than it was recorded', async () => {
    await using replay = await startReplay({ speed: 1 });
    const ask = askerFor(replay.kubeConfig());
    const seen: boolean[] = [];
    replay.objects.on(({ resource, object }) => {
      if (resource === 'jobs') seen.push(object.spec.suspend);
    });
    await create(ask, 'a', '18-secret-suspended-first');
    await start(ask, 'a');
    await until(() => replay.objects.list('pods', 'default').length > 0);
    expect(seen.slice(seen.indexOf(false))).not.toContain(true);
  });

  test('gives its labels, its annotations and its uid to its pods', async () => {
    await using replay = await startReplay({ speed: 100 });
    const ask = askerFor(replay.kubeConfig());
    const job = await create(ask, 'a', '01-success');
    await start(ask, 'a');
    const { metadata } = await firstPod(replay);
    expect(metadata.name).toMatch(/^a-/);
    expect(metadata.labels).toEqual({
      'runyard.dev/run': 'mine',
      'batch.kubernetes.io/controller-uid': job.metadata.uid,
      'batch.kubernetes.io/job-name': 'a',
      'controller-uid': job.metadata.uid,
      'job-name': 'a',
    });
    // The recorded commands write no notes.
    expect(metadata.annotations).toEqual({ kept: 'yes' });
    expect(metadata.ownerReferences).toMatchObject([{ name: 'a', uid: job.metadata.uid, controller: true }]);
  });
});

describe('a Job that is deleted at a moment that was not recorded', () => {
  test('goes after its pod, whose container is killed', async () => {
    await using replay = await startReplay({ speed: 100 });
    const ask = askerFor(replay.kubeConfig());
    await create(ask, 'a', '04b-oom-child-only');
    await start(ask, 'a');
    await until(() => firstContainer(replay)?.running !== undefined);
    const states = statesOf(replay);
    expect((await ask('DELETE', `${jobs}/a`, { propagationPolicy: 'Foreground' })).body.kind).toBe('Job');
    await until(() => replay.objects.get('jobs', 'default', 'a') === undefined);
    expect(replay.objects.list('pods', 'default')).toEqual([]);
    expect(states).toContain('MODIFIED Failed Error 137');
    expect(states.slice(-2)).toEqual(['DELETED pods', 'DELETED jobs']);
    expect(replay.plays()).toMatchObject([{ state: 'left' }]);
  });

  test('goes although somebody else had deleted its pod before', async () => {
    await using replay = await startReplay({ speed: 20 });
    const ask = askerFor(replay.kubeConfig());
    await create(ask, 'a', '14-pod-deleted');
    await start(ask, 'a');
    const { metadata } = await firstPod(replay);
    await until(() => replay.objects.byUid('pods', metadata.uid)?.metadata.deletionTimestamp !== undefined);
    await ask('DELETE', `${jobs}/a`, { propagationPolicy: 'Foreground' });
    await until(() => replay.objects.get('jobs', 'default', 'a') === undefined);
    expect(replay.objects.list('pods', 'default')).toEqual([]);
  });

  test('leaves a container that never started unknown', async () => {
    await using replay = await startReplay({ speed: 100 });
    const ask = askerFor(replay.kubeConfig());
    await create(ask, 'a', '05b-image-not-found-backoff');
    await start(ask, 'a');
    await until(() => firstContainer(replay)?.waiting?.reason === 'ErrImagePull');
    const states = statesOf(replay);
    await ask('DELETE', `${jobs}/a`, { propagationPolicy: 'Background' });
    await until(() => replay.objects.list('pods', 'default').length === 0);
    expect(states).toContain('MODIFIED Failed ContainerStatusUnknown 137');
  });

  test('goes at once where its pod was never bound', async () => {
    await using replay = await startReplay({ speed: 100 });
    const ask = askerFor(replay.kubeConfig());
    await create(ask, 'a', '08-gpu-wait-then-scheduled', 2);
    await start(ask, 'a');
    const pod = await firstPod(replay, 'a-');
    expect((await ask('GET', `${pods}/${pod.metadata.name}/log`)).status).toBe(204);
    await ask('DELETE', `${jobs}/a`, { propagationPolicy: 'Foreground' });
    await until(() => replay.objects.get('jobs', 'default', 'a') === undefined);
    expect(replay.objects.list('pods', 'default').some(({ metadata }) => metadata.name.startsWith('a-'))).toBe(false);
    // The other Job of the recording is a stranger's, and goes on.
    expect(replay.objects.list('jobs', 'default').map(({ metadata }) => metadata.name)).toEqual([
      expect.stringMatching(/^ry-r08a-1-/),
    ]);
  });
});

describe('a Job that is deleted when it was deleted in the recording', () => {
  test.each([
    [
      '09-sigterm-honoured',
      'Foreground',
      { kind: 'Job', metadata: { finalizers: ['foregroundDeletion'] } },
      'Completed',
    ],
    ['10-sigterm-ignored', 'Background', { kind: 'Status', status: 'Success' }, 'Error'],
  ])('%s: %s answers as recorded, and ends as recorded', async (scenario, propagationPolicy, body, end) => {
    await using replay = await startReplay({ speed: 100 });
    const ask = askerFor(replay.kubeConfig());
    await create(ask, 'a', scenario);
    await start(ask, 'a');
    await until(() => replay.plays()[0]?.state === 'waiting');
    const states = statesOf(replay);
    expect((await ask('DELETE', `${jobs}/a`, { propagationPolicy })).body).toMatchObject(body);
    await until(() => replay.plays()[0]?.state === 'over');
    expect(states.some((state) => state.includes(end))).toBe(true);
    expect(replay.objects.list('pods', 'default')).toEqual([]);
    expect(replay.objects.list('jobs', 'default')).toEqual([]);
  });
});

test('a deadline that is set on a pod stays there, and does nothing', async () => {
  await using replay = await startReplay({ speed: 100 });
  const ask = askerFor(replay.kubeConfig());
  await create(ask, 'a', '01-success');
  await start(ask, 'a');
  const { metadata } = await firstPod(replay);
  const patch = { spec: { activeDeadlineSeconds: 1 } };
  const merge = { contentType: 'application/merge-patch+json' };
  expect((await ask('PATCH', `${pods}/${metadata.name}`, patch, merge)).status).toBe(200);
  await until(() => conditions(replay).includes('Complete=True'));
  expect(replay.objects.list('pods', 'default')[0]?.spec.activeDeadlineSeconds).toBe(1);
});

test('stamps keep their order and are never ahead of the clock', async () => {
  await using replay = await startReplay({ speed: 20 });
  const ask = askerFor(replay.kubeConfig());
  const begun = Math.floor(Date.now() / 1000) * 1000;
  const wrong: string[] = [];
  replay.objects.on(({ object }) => {
    for (const { metadata, state } of object.status?.containerStatuses ?? []) {
      const { startedAt, finishedAt } = state.terminated ?? {};
      if (startedAt > finishedAt) wrong.push(`${metadata} ${startedAt} > ${finishedAt}`);
    }
    for (const stamp of JSON.stringify(object).match(/\d{4}-\d\d-\d\dT[\d:]+(\.\d+)?Z/g) ?? []) {
      const at = Date.parse(stamp);
      if (at < begun || (at > Date.now() && stamp !== object.metadata.deletionTimestamp)) wrong.push(stamp);
    }
  });
  await create(ask, 'a', '01-success');
  await start(ask, 'a');
  await until(() => conditions(replay).includes('Complete=True'));
  await ask('DELETE', `${jobs}/a`, { propagationPolicy: 'Foreground' });
  await until(() => replay.objects.get('jobs', 'default', 'a') === undefined);
  expect(wrong).toEqual([]);
});

test('a container that was told to end by a deletion ended no sooner than that was asked for, whenever it is played', async () => {
  await using replay = await startReplay({ speed: 20 });
  const ask = askerFor(replay.kubeConfig());
  const told: number[] = [];
  replay.objects.on(({ resource, object: { metadata, status } }) => {
    const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
    const ended = status?.containerStatuses?.[0]?.state.terminated;
    if (resource !== 'pods' || !deletionTimestamp || !deletionGracePeriodSeconds || !ended) return;
    told.push(Date.parse(ended.finishedAt) - (Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000));
  });
  const names = Array.from({ length: 40 }, (_, i) => `a${i}`);
  // Spread over a second, since stamps are cut to whole ones.
  await Promise.all(
    names.map(async (name, i) => {
      await sleep(i * 25);
      await create(ask, name, '09b-sigterm-honoured-pod-delete');
      await start(ask, name);
    }),
  );
  await until(() => told.length >= names.length);
  expect(told.filter((ms) => ms < 0)).toEqual([]);
});

describe('logs', () => {
  test('are refused until the container starts, followed while it runs, read afterwards, and gone with the pod', async () => {
    await using replay = await startReplay({ speed: 20 });
    const ask = askerFor(replay.kubeConfig());
    await create(ask, 'a', '01-success');
    await start(ask, 'a');
    const { metadata } = await firstPod(replay);
    const log = `${pods}/${metadata.name}/log?container=job`;
    await until(() => firstContainer(replay)?.waiting !== undefined);
    expect((await ask('GET', `${log}&follow=true`)).body.message).toBe(
      `container "job" in pod "${metadata.name}" is waiting to start: PodInitializing`,
    );
    await until(() => firstContainer(replay)?.running !== undefined);
    const followed = (await ask('GET', `${log}&follow=true&timestamps=true`)).body;
    expect(firstContainer(replay)?.terminated).toBeDefined();
    const text = 'line 1\nline 2\nline 3\nto stderr\ndone\n';
    expect(withoutStamps(followed)).toBe(text);
    expect((await ask('GET', log)).body).toBe(text);
    expect((await ask('GET', `${log}&timestamps=true`)).body).toBe(followed);
    expect((await ask('GET', `${log}&tailLines=2`)).body).toBe('to stderr\ndone\n');
    expect((await ask('GET', `${log}&limitBytes=10`)).body).toBe('line 1\nlin');
    expect((await ask('GET', `${log.replace('=job', '=source')}`)).body).toBe('cloning\n');
    const stamp = followed.trim().split('\n').at(-1).split(' ')[0];
    expect((await ask('GET', `${log}&sinceTime=${stamp}`)).body).toContain('done\n');
    expect((await ask('GET', `${log}&sinceTime=2100-01-01T00:00:00Z`)).body).toBe('');
    expect((await ask('GET', `${log.replace('=job', '=nope')}`)).body.message).toBe(
      `container nope is not valid for pod ${metadata.name}`,
    );
    await until(() => conditions(replay).includes('Complete=True'));
    await ask('DELETE', `${jobs}/a`, { propagationPolicy: 'Foreground' });
    await until(() => replay.objects.list('pods', 'default').length === 0);
    expect((await ask('GET', log)).body.message).toBe(`pods "${metadata.name}" not found`);
  });

  test('are what was recorded, byte for byte but for the stamps, which only rise', async () => {
    const recorded = readRecording('27')
      .filter((line) => line.kind === 'http')
      .find(({ request }) => request.path.endsWith('log?container=job&timestamps=true'))?.response.body;
    await using replay = await startReplay({ speed: 50 });
    const ask = askerFor(replay.kubeConfig());
    await create(ask, 'a', '27-log-shapes');
    await start(ask, 'a');
    await until(() => firstContainer(replay)?.terminated !== undefined);
    const { metadata } = await firstPod(replay);
    const { body } = await ask('GET', `${pods}/${metadata.name}/log?container=job&timestamps=true`);
    expect(withoutStamps(body)).toBe(withoutStamps(recorded));
    const stamps = body.split('\n').map((line: string) => line.split(' ')[0]);
    expect(stamps).toEqual([...new Set(stamps)].sort());
  });

  test('that are followed come in pieces that end within lines', async () => {
    await using replay = await startReplay({ speed: 50 });
    const ask = askerFor(replay.kubeConfig());
    await create(ask, 'a', '27-log-shapes');
    await start(ask, 'a');
    await until(() => firstContainer(replay)?.running !== undefined);
    const query = { container: 'job', follow: true, timestamps: true };
    const answer = await replay.readLog?.(await firstPod(replay), query, new AbortController().signal);
    const pieces: string[] = [];
    for await (const piece of (answer?.body ?? []) as Readable) pieces.push(piece);
    expect(pieces.filter((piece) => !piece.endsWith('\n')).length).toBeGreaterThan(2);
    const { metadata } = await firstPod(replay);
    const { body } = await ask('GET', `${pods}/${metadata.name}/log?container=job&timestamps=true`);
    expect(pieces.join('')).toBe(body);
  });

  test.each([
    ['17-node-lost', 500, 'connection refused'],
    ['17b-node-deleted', 404, 'pods "rec-node-b" not found'],
  ])('of %s are not to be had once the node is away', async (scenario, status, message) => {
    await using replay = await startReplay({ speed: 500 });
    const ask = askerFor(replay.kubeConfig());
    await create(ask, 'a', scenario);
    await start(ask, 'a');
    await until(
      () => conditions(replay).includes('FailureTarget=True') || firstContainer(replay)?.running !== undefined,
    );
    const { metadata } = await firstPod(replay);
    const answer = async () => ask('GET', `${pods}/${metadata.name}/log?container=job`);
    let answered = await answer();
    while (answered.status === 200) answered = await answer();
    expect(answered).toMatchObject({ status, body: { message: expect.stringContaining(message) } });
  });
});

describe('a creation', () => {
  test.each([
    ['22b-quota-jobs-count', 403, 'jobs.batch "a" is forbidden: exceeded quota'],
    ['23b-webhook-unreachable', 500, 'failed calling webhook'],
    ['23c-admission-policy-denies', 422, 'jobs.batch "a" is forbidden: ValidatingAdmissionPolicy'],
  ])('of %s is refused as recorded', async (scenario, status, message) => {
    await using replay = await startReplay();
    const answer = await post(askerFor(replay.kubeConfig()), 'a', scenario);
    expect(answer).toMatchObject({ status, body: { kind: 'Status', message: expect.stringContaining(message) } });
    expect(replay.objects.list('jobs', 'default')).toEqual([]);
  });

  test('that a policy only warns of is warned of', async () => {
    await using replay = await startReplay();
    const answer = await post(askerFor(replay.kubeConfig()), 'a', '22c-pod-security-restricted');
    expect(answer.status).toBe(201);
    expect(answer.headers.get('warning')).toMatch(/^299 - "would violate PodSecurity \\"restricted:latest\\"/);
  });

  test('of a Job with another image is nothing to play', async () => {
    await using replay = await startReplay();
    const ask = askerFor(replay.kubeConfig());
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'busybox:1' }] } };
    expect((await ask('POST', jobs, { metadata: { name: 'a' }, spec: { template } })).status).toBe(201);
    expect(replay.plays()).toEqual([]);
  });
});

const post = (ask: Asker, name: string, scenario: string, job = 1) =>
  ask('POST', jobs, {
    metadata: { name },
    spec: {
      suspend: true,
      backoffLimit: 0,
      template: {
        metadata: { labels: { 'runyard.dev/run': 'mine' }, annotations: { kept: 'yes', 'runyard.dev/notes': '1' } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: `lab.local/${scenario}:${job}` }] },
      },
    },
  });

async function create(ask: Asker, name: string, scenario: string, job = 1): Promise<KubeObject> {
  const answer = await post(ask, name, scenario, job);
  expect(answer.status).toBe(201);
  return answer.body;
}

const start = (ask: Asker, name: string) =>
  ask('PATCH', `${jobs}/${name}`, { spec: { suspend: false } }, { contentType: 'application/merge-patch+json' });

const conditions = (replay: Replay): string[] =>
  (replay.objects.get('jobs', 'default', 'a')?.status.conditions ?? []).map(
    ({ type, status }: { type: string; status: string }) => `${type}=${status}`,
  );

async function firstPod(replay: Replay, prefix = ''): Promise<KubeObject> {
  const found = () => replay.objects.list('pods', 'default').find(({ metadata }) => metadata.name.startsWith(prefix));
  await until(() => found() !== undefined);
  return found() as KubeObject;
}

const firstContainer = (replay: Replay) =>
  replay.objects.list('pods', 'default')[0]?.status.containerStatuses?.[0]?.state;

function statesOf(replay: Replay): string[] {
  const states: string[] = [];
  replay.objects.on(({ type, resource, object }) => {
    const ended = object.status?.containerStatuses?.[0]?.state.terminated;
    if (type === 'DELETED' && resource !== 'events') states.push(`${type} ${resource}`);
    else if (ended) states.push(`${type} ${object.status.phase} ${ended.reason} ${ended.exitCode}`);
  });
  return states;
}

const withoutStamps = (text: string) => text.replace(/^\d{4}-\S+Z /gm, '');

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`it took too long: ${isSo}`);
    await sleep(2);
  }
}

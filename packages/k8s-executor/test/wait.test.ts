import { seededEntropy } from '@runyard/core/testing';
import { expect, it } from 'vitest';
import type { JobObject } from '../src/api/objects.ts';
import { createEventReader } from '../src/fresh.ts';
import type { Ground } from '../src/ground.ts';
import type { K8sHandle } from '../src/handle.ts';
import { parseOptions } from '../src/options.ts';
import { createPlace } from '../src/place.ts';
import { waitFor } from '../src/wait.ts';
import type { Mirror } from '../src/watch/mirror.ts';
import { executorOn } from './support/executor-on.ts';
import { countOf, newJob, newPod, startMirror } from './support/mirror-under-test.ts';
import { until } from './support/until.ts';

const { signal } = new AbortController();
const logger = { debug() {}, info() {}, warn() {}, error() {} };

it('what cannot start is followed until it is gone, however long its node takes to let go of it', async () => {
  await using on = await executorOn();
  const { server, executor, clock, newLaunch } = on;
  const launch = newLaunch();
  const handle = await executor.prepare(launch, signal);
  await executor.start(handle, { launch, signal });
  const job = server.objects.list('jobs', 'default')[0] ?? expect.fail('there is no Job');
  const pod = newPod(server, 'pod', job);
  server.objects.change('pods', pod.metadata.uid, (draft) => {
    draft.status.containerStatuses = [
      { name: 'job', restartCount: 0, state: { waiting: { reason: 'InvalidImageName', message: 'no such name' } } },
    ];
  });
  const waiting = executor.wait(handle, { signal, onProgress: () => {} });
  const isPatched = ({ verb, resource }: { verb: string; resource?: string }): boolean =>
    verb === 'patch' && resource === 'pods';
  await until(async () => server.calls.some(isPatched), 'the deadline of its pod');
  const lists = countOf(server, 'list', 'jobs');

  await clock.advance(120_000);
  for (const [resource, { metadata }] of [['pods', pod] as const, ['jobs', job] as const])
    server.objects.drop(resource, metadata.uid);

  expect(await waiting).toMatchObject({ class: 'start-failed', reason: 'image-pull' });
  expect(countOf(server, 'list', 'jobs')).toBe(lists);
});

it('a pod that is heard of before the start of its Job is no suspension', async () => {
  await using under = await startMirror();
  const { server, mirror, api, namespace, clock } = under;
  const job = newJob(server, 'train');
  const { name, uid } = job.metadata;
  server.objects.change('jobs', uid, ({ spec }) => {
    spec.suspend = false;
  });
  const pod = newPod(server, 'pod', job);
  const late = withLateJobs(mirror);
  const ground: Ground = {
    ...{ api, mirror: late, namespace, settings: parseOptions({}) },
    host: { clock, entropy: seededEntropy(3), logger },
    place: createPlace(api, { namespace, clock }),
    readEvents: createEventReader({ api, mirror: late, namespace }, signal),
    stopping: new Set(),
  };
  const handle = { name, uid, place: await ground.place.ask(signal) } as K8sHandle;
  const waiting = waitFor(handle, { ground, signal, onProgress: () => {} });
  await until(async () => countOf(server, 'watch', 'events') > 0, 'the watches');
  server.objects.change('pods', pod.metadata.uid, (draft) => {
    const times = { startedAt: '2026-11-21T20:00:10Z', finishedAt: '2026-11-21T20:00:20Z' };
    draft.status = {
      phase: 'Succeeded',
      containerStatuses: [{ name: 'job', restartCount: 0, state: { terminated: { exitCode: 0, ...times } } }],
    };
  });
  server.objects.change('jobs', uid, (draft) => {
    const at = { lastTransitionTime: '2026-11-21T20:00:21Z' };
    draft.status = {
      succeeded: 1,
      conditions: [{ type: 'Complete', status: 'True', reason: 'CompletionsReached', ...at }],
    };
  });
  expect(await waiting).toMatchObject({ class: 'exited', code: 0 });
  expect(server.calls.filter(({ verb }) => verb === 'delete')).toEqual([]);
});

/** Its watch of Jobs is behind that of pods, until a Job is asked for. */
const withLateJobs = (mirror: Mirror): Mirror => {
  let behind = true;
  return {
    ...mirror,
    follow(uid) {
      const followed = mirror.follow(uid);
      const view = () => {
        const { job, ...rest } = followed.view();
        return { ...rest, job: job && { ...job, spec: { ...job.spec, ...(behind && { suspend: true }) } } };
      };
      return { ...followed, view };
    },
    take: ((kind: 'job', object: JobObject) => {
      if (kind === 'job') behind = false;
      mirror.take(kind, object);
    }) as Mirror['take'],
  };
};

import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, systemClock } from '@runyard/core';
import { seededEntropy } from '@runyard/core/testing';
import { expect, it } from 'vitest';
import type { ApiServer, KubeObject } from '../../../test/engines/k8s/cluster.ts';
import type { JobObject, PodObject } from '../src/api/objects.ts';
import type { Followed } from '../src/watch/mirror.ts';
import { trimJob, trimPod } from '../src/watch/trim.ts';
import type { View } from '../src/watch/view.ts';
import { managed, newEvent, newJob, newPod, startMirror } from './support/mirror-under-test.ts';

// Time passes fifty times as fast, so that pauses do not make the test long.
const hurried = (): Clock => {
  const { now, monotonic, sleep } = systemClock();
  return { now, monotonic: () => monotonic() * 50, sleep: (ms, signal) => sleep(ms / 50, signal) };
};

const seeds = process.env.SEED ? [Number(process.env.SEED)] : [1, 2, 3];

it.each(seeds)(
  'whatever goes wrong, all views come to what the server has (SEED=%i)',
  async (seed) => {
    const entropy = seededEntropy(seed);
    const random = (): number => entropy.random();
    const faults = {
      random,
      tooManyRequests: 0.05,
      retryAfterSeconds: 1,
      unavailable: 0.05,
      gone: 0.15,
      cut: 0.06,
      scrambled: 0.5,
      answerLost: 0.05,
    };
    await using tested = await startMirror({ clock: hurried(), faults, bookmarkMs: 100, watchTimeoutMs: 700 });
    const { server, mirror } = tested;
    const world = createWorld(server, random);
    for (let i = 0; i < 60; i++) world.addJob();
    const followed = new Map<string, Followed>();
    for (let i = 0; i < 4_000; i++) {
      world.step();
      for (const { metadata } of world.jobs) {
        if (!followed.has(metadata.uid)) followed.set(metadata.uid, mirror.follow(metadata.uid));
      }
      if (i % 6 === 0) await pause(random() * 4);
      if (random() < 0.001) {
        await server.shut();
        for (let j = 0; j < 30; j++) world.step();
        await server.open();
      }
      if (random() < 0.01) server.compact();
    }
    for (const chance of ['tooManyRequests', 'unavailable', 'gone', 'cut', 'scrambled', 'answerLost'] as const)
      faults[chance] = 0;

    const wrong = (): string[] =>
      [...followed].flatMap(([uid, each]) =>
        differences(server, each.view(), world.events).map((words) => `${uid}: ${words}`),
      );
    const deadline = Date.now() + 15_000;
    while (wrong().length > 0 && Date.now() < deadline) await pause(20);
    expect(wrong().slice(0, 5)).toEqual([]);
    expect(followed.size).toBeGreaterThan(200);
    const seen = [...followed.values()].map((each) => each.view());
    expect(seen.filter(({ job }) => job !== null).length).toBeGreaterThan(150);
    expect(seen.filter(({ jobGone }) => jobGone).length).toBeGreaterThan(50);
    expect(seen.filter(({ pods }) => pods.some(({ gone }) => gone)).length).toBeGreaterThan(20);
    for (const each of followed.values()) each[Symbol.dispose]();
  },
  60_000,
);

/** How a view differs from what the server has. */
const differences = (server: ApiServer, view: View, events: ReadonlyMap<string, readonly string[]>): string[] => {
  const job = ours(server.objects.byUid('jobs', view.uid));
  const pods = server.objects
    .list('pods', 'default')
    .filter((pod) => ours(pod) && pod.metadata.ownerReferences?.[0]?.uid === view.uid);
  const present = new Map(view.pods.filter(({ gone }) => !gone).map(({ pod }) => [pod.metadata.uid, pod]));
  const told = view.events.map(({ metadata }) => metadata.uid);
  const about = (uids: readonly string[]): string[] => uids.flatMap((uid) => events.get(uid) ?? []);
  const known = about([view.uid, ...view.pods.map(({ pod }) => pod.metadata.uid)]);
  return [
    ...(job === undefined && view.job !== null && !view.jobGone ? ['its Job is there no more'] : []),
    ...(job !== undefined && view.jobGone ? ['its Job is there'] : []),
    ...(job !== undefined && !same(view.job, trimJob(job as unknown as JobObject)) ? ['its Job is another'] : []),
    ...pods
      .filter((pod) => !same(present.get(pod.metadata.uid), trimPod(pod as unknown as PodObject)))
      .map(({ metadata }) => `pod ${metadata.name} is another`),
    ...(present.size > pods.length ? [`${present.size} pods instead of ${pods.length}`] : []),
    ...(new Set(told).size < told.length ? ['an event stands there twice'] : []),
    ...(same([...told].sort(), [...known].sort()) ? [] : [`it tells ${told.length} events instead of ${known.length}`]),
  ];
};

const ours = (object: KubeObject | undefined): KubeObject | undefined =>
  object?.metadata.labels?.['app.kubernetes.io/managed-by'] === 'runyard' ? object : undefined;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Jobs, their pods and events, and what may happen to them. */
const createWorld = (server: ApiServer, random: () => number) => {
  const { objects } = server;
  const events = new Map<string, string[]>();
  let jobs: KubeObject[] = [];
  let pods: KubeObject[] = [];
  let made = 0;
  const any = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const label = (resource: 'jobs' | 'pods', object: KubeObject | undefined, labels: Record<string, string>): void => {
    if (object) objects.change(resource, object.metadata.uid, ({ metadata }) => Object.assign(metadata, { labels }));
  };

  const addJob = (name = `j${made++}`): void => void jobs.push(newJob(server, name));
  const dropJob = (): KubeObject | undefined => {
    const job = any(jobs);
    if (job) objects.drop('jobs', job.metadata.uid);
    jobs = jobs.filter((each) => each !== job);
    return job;
  };
  const tell = (about: KubeObject): void => {
    const { uid } = newEvent(server, `e${made++}`, about).metadata;
    events.set(about.metadata.uid, [...(events.get(about.metadata.uid) ?? []), uid]);
  };
  const change = (resource: 'jobs' | 'pods', list: readonly KubeObject[]): void => {
    const object = any(list);
    if (object)
      objects.change(resource, object.metadata.uid, (each) =>
        Object.assign(each, { status: { phase: `ü${made++}`, active: made } }),
      );
  };
  const deeds: (() => void)[] = [
    () => jobs.length < 120 && addJob(),
    () => {
      const gone = jobs.length > 40 ? dropJob() : undefined;
      if (gone && random() < 0.5) addJob(gone.metadata.name);
    },
    () => {
      const owner = any(jobs);
      if (owner && pods.length < 180) pods.push(newPod(server, `p${made++}`, owner));
    },
    () => {
      const pod = any(pods);
      if (pod) objects.drop('pods', pod.metadata.uid);
      pods = pods.filter((each) => each !== pod);
    },
    () => {
      const about = any(random() < 0.5 ? pods : jobs);
      if (about) tell(about);
    },
    ...Array.from({ length: 4 }, () => () => change('pods', pods)),
    ...Array.from({ length: 3 }, () => () => change('jobs', jobs)),
    () => random() < 0.1 && label('jobs', any(jobs), {}),
    () => label('jobs', any(jobs), managed),
    () => random() < 0.1 && label('pods', any(pods), {}),
    () => label('pods', any(pods), managed),
  ];
  return {
    get jobs(): readonly KubeObject[] {
      return jobs;
    },
    /** By the object that they are about. */
    events: events as ReadonlyMap<string, readonly string[]>,
    addJob,
    step: () => any(deeds)?.(),
  };
};

import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '@runyard/core';
import { ManualClock } from '@runyard/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { Followed } from '../src/watch/mirror.ts';
import {
  countOf,
  type MirrorOptions,
  type MirrorUnderTest,
  managed,
  newEvent,
  newJob,
  newPod,
  startMirror,
  until,
} from './support/mirror-under-test.ts';
import { passing } from './support/passing.ts';
import { runHost } from './support/run-host.ts';

let tested: MirrorUnderTest | undefined;
afterEach(() => tested?.[Symbol.asyncDispose]());

const { signal } = new AbortController();

const start = async (options: MirrorOptions = {}): Promise<MirrorUnderTest> => {
  tested = await startMirror(options);
  return tested;
};

const hearing = async (followed: Followed): Promise<Followed> => {
  await followed.ready(signal);
  return followed;
};

const eventually = async (isSo: () => boolean): Promise<void> => {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`it never came so: ${isSo}`);
    await pause(5);
  }
};

describe('a view', () => {
  it('has the Job, its pods and the events of both, as they were before and as they come', async () => {
    const { server, mirror } = await start();
    const job = newJob(server, 'j');
    const other = newJob(server, 'other');
    newPod(server, 'not-ours', other);
    newEvent(server, 'before', job);
    using followed = await hearing(mirror.follow(job.metadata.uid));
    expect(followed.view()).toMatchObject({
      uid: job.metadata.uid,
      job: { metadata: { name: 'j' }, spec: { suspend: true } },
      jobGone: false,
      pods: [],
      events: [{ message: 'before' }],
    });
    const pod = newPod(server, 'p', job);
    newEvent(server, 'after', pod);
    const view = await until(followed, ({ events }) => events.length === 2);
    expect(view.pods).toEqual([
      {
        pod: expect.objectContaining({ status: { phase: 'Pending' } }),
        gone: false,
        deletedAt: null,
        deletionAskedAt: null,
      },
    ]);
    expect(view.events.map(({ message }) => message)).toEqual(['before', 'after']);
    expect(mirror.follow('never-seen').view()).toEqual({
      uid: 'never-seen',
      job: null,
      jobGone: false,
      pods: [],
      events: [],
    });
  });

  it('is whole at once for one who follows later', async () => {
    const { server, mirror } = await start();
    using first = await hearing(mirror.follow('somebody'));
    const job = newJob(server, 'j');
    const pod = newPod(server, 'p', job);
    newEvent(server, 'e', pod);
    newEvent(server, 'marker', job);
    using marker = mirror.follow(job.metadata.uid);
    await until(marker, ({ events }) => events.length === 2);
    using late = mirror.follow(job.metadata.uid);
    expect(late.view()).toMatchObject({ job: {}, pods: [{}], events: [{}, {}] });
    expect(first.view().job).toBe(null);
  });

  it('has the events of a pod that came before the pod did', async () => {
    const { server, mirror } = await start();
    const job = newJob(server, 'j');
    using followed = await hearing(mirror.follow(job.metadata.uid));
    const uid = 'of-a-pod-to-come';
    const about = { ...job, kind: 'Pod', metadata: { ...job.metadata, uid } };
    newEvent(server, 'early', about);
    newEvent(server, 'marker', job);
    await until(followed, ({ events }) => events.length === 1);
    const { spec, metadata } = newPod(server, 'template', job);
    server.objects.create('pods', { spec, metadata: { ...metadata, name: 'p', uid } });
    const view = await until(followed, ({ pods }) => pods.length === 2);
    expect(view.events.map(({ message }) => message)).toEqual(['early', 'marker']);
  });

  it('has an event that is told again once, in its newest version, where it came last', async () => {
    const { server, mirror } = await start();
    const job = newJob(server, 'j');
    const event = newEvent(server, 'again', job);
    using followed = await hearing(mirror.follow(job.metadata.uid));
    newEvent(server, 'between', job);
    server.objects.change('events', event.metadata.uid, (each) => {
      each.count = 2;
    });
    const view = await until(followed, ({ events }) => events.at(-1)?.count === 2);
    expect(view.events.map(({ message }) => message)).toEqual(['between', 'again']);
    // It ends after an hour by itself, and stays true.
    server.objects.drop('events', event.metadata.uid);
    newEvent(server, 'marker', job);
    expect((await until(followed, ({ events }) => events.at(-1)?.message === 'marker')).events).toHaveLength(3);
  });

  it('keeps what is gone as it was last seen, and when it went', async () => {
    const clock = new ManualClock({ now: 5_000 });
    const { server, mirror } = await start({ clock });
    const job = newJob(server, 'j');
    const [going, dropped] = [newPod(server, 'a', job), newPod(server, 'b', job)];
    using followed = await hearing(mirror.follow(job.metadata.uid));
    server.objects.change('pods', going.metadata.uid, ({ metadata }) => {
      metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
      metadata.deletionGracePeriodSeconds = 30;
    });
    await until(followed, ({ pods }) => pods[0]?.deletedAt === 5_000);
    // The kubelet writes both anew when the pod has ended.
    server.objects.change('pods', going.metadata.uid, ({ metadata }) => {
      metadata.deletionTimestamp = '2026-01-01T00:00:05Z';
      metadata.deletionGracePeriodSeconds = 1;
    });
    const asked = Date.parse('2025-12-31T23:59:30Z');
    clock.set(6_000);
    server.objects.drop('pods', dropped.metadata.uid);
    server.objects.drop('pods', going.metadata.uid);
    server.objects.drop('jobs', job.metadata.uid);
    const view = await until(followed, ({ jobGone, pods }) => jobGone && pods.every(({ gone }) => gone));
    expect(view).toMatchObject({
      job: { metadata: { name: 'j' } },
      pods: [
        {
          pod: { metadata: { name: 'a', deletionTimestamp: '2026-01-01T00:00:05Z' } },
          deletedAt: 5_000,
          deletionAskedAt: asked,
        },
        { pod: { metadata: { name: 'b' } }, deletedAt: 6_000, deletionAskedAt: null },
      ],
    });
    using again = mirror.follow(job.metadata.uid);
    expect(again.view().pods).toHaveLength(2);
  });

  it('counts as gone what leaves our label, and has it again when it comes back', async () => {
    const { server, mirror } = await start();
    const job = newJob(server, 'j');
    using followed = await hearing(mirror.follow(job.metadata.uid));
    const label = (labels: Record<string, string>) =>
      server.objects.change('jobs', job.metadata.uid, ({ metadata }) => {
        metadata.labels = labels;
      });
    label({});
    await until(followed, ({ jobGone }) => jobGone);
    label(managed);
    await until(followed, ({ jobGone }) => !jobGone);
  });

  it('keeps a pod that its Job left behind', async () => {
    const { server, mirror } = await start();
    const job = newJob(server, 'j');
    const pod = newPod(server, 'p', job);
    using followed = await hearing(mirror.follow(job.metadata.uid));
    server.objects.change('pods', pod.metadata.uid, ({ metadata, status }) => {
      delete metadata.ownerReferences;
      status.phase = 'Succeeded';
    });
    await until(followed, ({ pods }) => pods[0]?.pod.status?.phase === 'Succeeded');
  });

  it('has only what this executor reads', async () => {
    const { server, mirror } = await start();
    const job = newJob(server, 'j');
    newPod(server, 'p', job);
    using followed = await hearing(mirror.follow(job.metadata.uid));
    const [seen] = followed.view().pods;
    expect(seen?.pod.spec).toEqual({ nodeName: 'n', containers: [{ name: 'job' }] });
    expect(followed.view().job?.spec).toEqual({ suspend: true });
  });
});

describe('what is gone', () => {
  it('stays as long as it is followed, and a while longer; else it is forgotten', async () => {
    const clock = new ManualClock();
    const { server, mirror } = await start({ clock });
    const [mine, other] = [newJob(server, 'mine'), newJob(server, 'other')];
    const pods = [newPod(server, 'p1', mine), newPod(server, 'p2', other)];
    using followed = await hearing(mirror.follow(mine.metadata.uid));
    newEvent(server, 'of-other', other);
    for (const { metadata } of pods) server.objects.drop('pods', metadata.uid);
    for (const { metadata } of [mine, other]) server.objects.drop('jobs', metadata.uid);
    await until(followed, ({ jobGone, pods: [pod] }) => jobGone && pod?.gone === true);
    newEvent(server, 'marker', mine);
    await until(followed, ({ events }) => events.length === 1);
    const look = (uid: string) => {
      using looking = mirror.follow(uid);
      const { job, pods, events } = looking.view();
      return { job: job !== null, pods: pods.length, events: events.length };
    };
    expect(look(other.metadata.uid)).toEqual({ job: true, pods: 1, events: 1 });
    await clock.advance(29_000);
    expect(look(other.metadata.uid)).toEqual({ job: true, pods: 1, events: 1 });
    await clock.advance(50_000);
    newEvent(server, 'later', mine);
    await until(followed, ({ events }) => events.length === 2);
    expect(look(other.metadata.uid)).toEqual({ job: false, pods: 0, events: 0 });
    expect(look(mine.metadata.uid)).toEqual({ job: true, pods: 1, events: 2 });
  });
});

describe('who waits', () => {
  it('wakes for a change of what he follows, and for nothing else; changes that come together wake him once', async () => {
    const { server, mirror } = await start();
    const [mine, other] = [newJob(server, 'mine'), newJob(server, 'other')];
    using followed = await hearing(mirror.follow(mine.metadata.uid));
    using others = await hearing(mirror.follow(other.metadata.uid));
    followed.view();
    others.view();
    let woken = 0;
    void followed.changed(30_000, signal).then(() => woken++);
    for (let i = 0; i < 5; i++) newEvent(server, `of-other-${i}`, other);
    await until(others, ({ events }) => events.length === 5);
    expect(woken).toBe(0);
    for (let i = 0; i < 50; i++) newEvent(server, `of-mine-${i}`, mine);
    let rounds = 0;
    await until(followed, ({ events }) => {
      rounds++;
      return events.length === 32;
    });
    expect(woken).toBe(1);
    expect(rounds).toBeLessThan(20);
  });

  it('wakes at once where it changed since he looked, after so long where it does not, and when he is aborted', async () => {
    const clock = new ManualClock();
    const { server, mirror } = await start({ clock });
    const job = newJob(server, 'j');
    using followed = await hearing(mirror.follow(job.metadata.uid));
    await followed.changed(30_000, signal);
    followed.view();
    let woken = false;
    const slept = followed.changed(10_000, signal).then(() => {
      woken = true;
    });
    await clock.advance(9_999);
    expect(woken).toBe(false);
    await clock.advance(1);
    await slept;
    const stop = new AbortController();
    const aborted = followed.changed(10_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect(followed.changed(0, stop.signal)).rejects.toThrow('enough');
    await expect(mirror.follow('x').ready(stop.signal)).rejects.toThrow('enough');
  });
});

describe('the watches', () => {
  it('are three, however many follow, and end a while after the last has left', async () => {
    const clock = new ManualClock();
    const { server, mirror } = await start({ clock });
    expect(server.calls).toHaveLength(0);
    const many = Array.from({ length: 200 }, (_, i) => mirror.follow(`uid-${i}`));
    await Promise.all(many.map((each) => each.ready(signal)));
    const calls = server.calls.map(({ verb, resource }) => `${verb} ${resource}`);
    expect(calls.sort()).toEqual(['list events', 'list jobs', 'list pods', 'watch events', 'watch jobs', 'watch pods']);
    for (const each of many.slice(1)) each[Symbol.dispose]();
    await clock.advance(120_000);
    const job = newJob(server, 'still-heard');
    using again = mirror.follow(job.metadata.uid);
    await until(again, (view) => view.job !== null);
    again[Symbol.dispose]();
    many[0]?.[Symbol.dispose]();
    await clock.advance(29_000);
    using third = await hearing(mirror.follow('third'));
    expect(countOf(server, 'list')).toBe(3);
    third[Symbol.dispose]();
    await clock.advance(45_000);
    using fourth = await hearing(mirror.follow(job.metadata.uid));
    expect(countOf(server, 'list')).toBe(6);
    expect(fourth.view().job).not.toBe(null);
  });

  it('that end are renewed where they were, with what happened meanwhile', async () => {
    const { server, mirror } = await start({ watchTimeoutMs: 150, bookmarkMs: 40 });
    const job = newJob(server, 'j');
    using followed = await hearing(mirror.follow(job.metadata.uid));
    for (let i = 0; i < 30; i++) {
      newEvent(server, `e${i}`, job);
      await pause(20);
    }
    const view = await until(followed, ({ events }) => events.length === 30);
    expect(view.events.map(({ message }) => message)).toEqual(Array.from({ length: 30 }, (_, i) => `e${i}`));
    expect(countOf(server, 'list')).toBe(3);
    expect(countOf(server, 'watch')).toBeGreaterThan(9);
    await followed.ready(signal);
  });

  it('go on from the last bookmark, which is no object', async () => {
    const { server, mirror } = await start({ bookmarkMs: 50, watchTimeoutMs: 1_000 });
    const job = newJob(server, 'j');
    using followed = await hearing(mirror.follow(job.metadata.uid));
    followed.view();
    for (let i = 0; i < 20; i++) server.objects.create('namespaces', { metadata: { name: `n${i}` } });
    await pause(150);
    // What was before is not known to the server any more: only who has heard a bookmark may go on.
    server.compact();
    await eventually(() => countOf(server, 'watch') >= 6);
    newPod(server, 'p', job);
    const view = await until(followed, ({ pods }) => pods.length === 1);
    expect(view).toMatchObject({ job: { metadata: { name: 'j' } }, jobGone: false });
    expect(countOf(server, 'list')).toBe(3);
  });

  it('that go too far back are begun anew with a list, which tells of all that changed', async () => {
    const { server, mirror } = await start();
    const [kept, ended] = [newJob(server, 'kept'), newJob(server, 'ended')];
    using followed = await hearing(mirror.follow(kept.metadata.uid));
    using other = await hearing(mirror.follow(ended.metadata.uid));
    await server.shut();
    server.objects.drop('jobs', ended.metadata.uid);
    newPod(server, 'p', kept);
    server.compact();
    await server.open();
    await until(followed, ({ pods }) => pods.length === 1);
    expect(await until(other, ({ jobGone }) => jobGone)).toMatchObject({ job: { metadata: { name: 'ended' } } });
  });

  it('read lists page by page, and at once where pages come too late', async () => {
    const faults = { random: () => 0, gone: 0 };
    const { server, mirror } = await start({ faults });
    const all = Array.from({ length: 600 }, (_, i) => newJob(server, `j${i}`));
    const [first, last] = [all[0]?.metadata.uid ?? '', all.at(-1)?.metadata.uid ?? ''];
    {
      using followed = await hearing(mirror.follow(last));
      expect(followed.view().job).not.toBe(null);
      expect(countOf(server, 'list', 'jobs')).toBe(4);
    }
    await server.shut();
    faults.gone = 1;
    server.objects.drop('jobs', first);
    const opened = server.open();
    using followed = mirror.follow(first);
    await opened;
    await until(followed, ({ jobGone }) => jobGone);
    expect(mirror.follow(last).view().jobGone).toBe(false);
    faults.gone = 0;
  });

  it('whose server is away leave everything as it is; on its return one list of each kind brings it up to date', async () => {
    const clock = new ManualClock();
    const { server, mirror } = await start({ clock, callTimeoutMs: 1_000 });
    const job = newJob(server, 'j');
    using followed = await hearing(mirror.follow(job.metadata.uid));
    const before = followed.view();
    await server.shut();
    // Ten minutes.
    for (let away = 0; away < 600; away += 5) {
      await clock.advance(5_000);
      await pause(2);
    }
    await expect(followed.ready(signal)).rejects.toMatchObject({
      code: 'executor-unavailable',
      message: expect.stringContaining('could not be asked'),
    });
    expect(followed.view()).toBe(before);
    newPod(server, 'p', job);
    server.forgetCalls();
    const woken = followed.changed(600_000, signal);
    await server.open();
    await passing(clock, woken);
    expect(followed.view().pods).toHaveLength(1);
    await passing(
      clock,
      eventually(() => countOf(server, 'watch') >= 3),
    );
    expect(countOf(server, 'list')).toBe(3);
    let hears = false;
    await eventually(() => {
      void followed.ready(signal).then(
        () => {
          hears = true;
        },
        () => {},
      );
      return hears;
    });
  });
});

describe('rights', () => {
  const allow = (resources: string[], group = '') => ({ apiGroups: [group], resources, verbs: ['list', 'watch'] });

  it('without that on events it goes on, and says so once', async () => {
    const clock = new ManualClock();
    const rules = [allow(['jobs'], 'batch'), allow(['pods'])];
    const { server, mirror, warnings } = await start({ rules, clock });
    const job = newJob(server, 'j');
    using followed = await hearing(mirror.follow(job.metadata.uid));
    newEvent(server, 'e', job);
    newPod(server, 'p', job);
    expect((await until(followed, ({ pods }) => pods.length === 1)).events).toEqual([]);
    await clock.advance(700_000);
    await eventually(() => countOf(server, 'list', 'events') >= 2);
    await followed.ready(signal);
    expect(warnings).toEqual([expect.stringContaining("the verb 'list' on 'events'")]);
  });

  it('a missing one on pods is told, and nothing is gone by it', async () => {
    const rules = [allow(['jobs'], 'batch'), { apiGroups: [''], resources: ['pods'], verbs: ['list'] }];
    const { server, mirror } = await start({ rules });
    const job = newJob(server, 'j');
    using followed = mirror.follow(job.metadata.uid);
    await expect(followed.ready(signal)).rejects.toMatchObject({
      code: 'executor-unavailable',
      message: expect.stringContaining("the verb 'watch' on 'pods'"),
    });
    expect(followed.view().jobGone).toBe(false);
  });

  it('events are read once it is known what they may be about', async () => {
    const { server, mirror } = await start({ rules: [allow(['jobs'], 'batch'), allow(['events'])] });
    using followed = mirror.follow('x');
    await expect(followed.ready(signal)).rejects.toMatchObject({
      message: expect.stringContaining("'list' on 'pods'"),
    });
    await eventually(() => countOf(server, 'list', 'pods') >= 2);
    expect(countOf(server, 'list', 'events')).toBe(0);
  });
});

describe('what calls of ours were answered with', () => {
  it('is known at once; older versions change nothing', async () => {
    const { server, mirror } = await start();
    const job = newJob(server, 'j');
    using followed = await hearing(mirror.follow(job.metadata.uid));
    const at = (resourceVersion: string, suspend: boolean) =>
      // biome-ignore lint/suspicious/noExplicitAny: an object of the wire
      ({ ...job, spec: { suspend }, metadata: { ...job.metadata, resourceVersion } }) as any;
    mirror.take('job', at('999999', false));
    expect(followed.view().job?.spec.suspend).toBe(false);
    mirror.take('job', at('99999', true));
    expect(followed.view().job?.spec.suspend).toBe(false);
    // What the watch tells of a moment ago does not undo it.
    server.objects.change('jobs', job.metadata.uid, ({ spec }) => {
      spec.parallelism = 1;
    });
    newEvent(server, 'marker', job);
    await until(followed, ({ events }) => events.length === 1);
    expect(followed.view().job?.spec).toEqual({ suspend: false });
  });

  it('a deletion that is proved stays so, whatever late news come; they are kept all the same', async () => {
    const { server, mirror } = await start();
    const job = newJob(server, 'j');
    const pod = newPod(server, 'p', job);
    using followed = await hearing(mirror.follow(job.metadata.uid));
    mirror.takeGone('pod', pod.metadata.uid);
    mirror.takeGone('job', job.metadata.uid);
    expect(followed.view()).toMatchObject({ jobGone: true, pods: [{ gone: true }] });
    server.objects.change('pods', pod.metadata.uid, ({ status }) => {
      status.phase = 'Failed';
    });
    const view = await until(followed, ({ pods }) => pods[0]?.pod.status?.phase === 'Failed');
    expect(view.pods[0]?.gone).toBe(true);
    mirror.takeGone('pod', 'never-seen');
  });

  it('of two Jobs with one name the earlier is gone', async () => {
    const { server, mirror } = await start();
    const old = newJob(server, 'j');
    using followed = await hearing(mirror.follow(old.metadata.uid));
    const metadata = { ...old.metadata, uid: 'the-next', resourceVersion: '999999' };
    // biome-ignore lint/suspicious/noExplicitAny: an object of the wire
    mirror.take('job', { ...old, metadata } as any);
    expect(followed.view().jobGone).toBe(true);
    expect(mirror.follow('the-next').view().jobGone).toBe(false);
    // biome-ignore lint/suspicious/noExplicitAny: an object of the wire
    mirror.take('job', { ...old, metadata: { ...metadata, uid: 'late', resourceVersion: '2' } } as any);
    expect(mirror.follow('late').view().jobGone).toBe(true);
    expect(mirror.follow('the-next').view().jobGone).toBe(false);
  });

  it('is not gone by a list that was read before', async () => {
    const clock = systemClock();
    const { server, mirror } = await start({ clock });
    using first = mirror.follow('somebody');
    const made = newJob(server, 'made');
    server.objects.drop('jobs', made.metadata.uid);
    // Its version is one that the list has not reached.
    // biome-ignore lint/suspicious/noExplicitAny: an object of the wire
    mirror.take('job', { ...made, metadata: { ...made.metadata, resourceVersion: '999999' } } as any);
    await first.ready(signal);
    expect(mirror.follow(made.metadata.uid).view()).toMatchObject({ job: {}, jobGone: false });
  });
});

it('a host ends when its main does, whoever is followed', async () => {
  const { server } = await start();
  const ended = await runHost('following-host.ts', [server.kubeConfig()]);
  expect(ended).toEqual({ code: 0, said: 'main ends' });
  expect(countOf(server, 'watch')).toBe(3);
});

it('a mirror that is closed answers nobody', async () => {
  const { mirror } = await start();
  using followed = mirror.follow('x');
  const ready = followed.ready(signal);
  mirror.close();
  await expect(ready).rejects.toMatchObject({ code: 'closed' });
  await expect(mirror.follow('y').ready(signal)).rejects.toMatchObject({ code: 'closed' });
  expect(mirror.follow('y').view().job).toBe(null);
});

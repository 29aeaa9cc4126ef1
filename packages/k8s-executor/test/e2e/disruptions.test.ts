import { describe, expect, it } from 'vitest';
import type { LiveCluster } from '../../../../test/engines/k8s/live/live-cluster.ts';
import type { PodObject } from '../../src/api/objects.ts';
import { paths } from '../../src/paths.ts';
import { type Attempt, type Attempts, openAttempts } from '../support/attempts.ts';
import { counting, numbersIn, upTo } from '../support/commands.ts';
import { named } from '../support/looks.ts';
import { onNode, ownNode } from '../support/own-node.ts';
import { until } from '../support/until.ts';
import { describeOnCluster, standIn, type TestCluster, useCluster } from '../support/use-cluster.ts';

interface Disruption {
  it: string;
  /** As the recording of it is told. */
  told: string;
  happens(to: Scene): Promise<void> | void;
  /** Nothing tells it to end, so it has no last words. */
  byForce?: true;
  /** Only the stand-in can be told to do it. */
  of?: 'stand-in';
}

interface Scene {
  attempt: Attempt;
  pod: PodObject;
  cluster: TestCluster;
}

const disruptions: Disruption[] = [
  {
    ...{ it: 'its pod is deleted by somebody', told: 'infrastructure/pod-deleted' },
    happens: ({ pod, cluster: { admin } }) => admin.deletePod(pod),
  },
  {
    ...{ it: 'its pod is deleted by somebody without a grace', told: 'infrastructure/pod-deleted', byForce: true },
    happens: ({ pod, cluster: { admin } }) => admin.deletePod(pod, 0),
  },
  {
    ...{ it: 'its Job is deleted by somebody, and its pod with it', told: 'lost' },
    happens: ({ attempt, cluster: { admin } }) => admin.deleteJob(attempt.handle, 'Background'),
  },
  {
    ...{ it: 'its pod is evicted, as for a drain', told: 'infrastructure/evicted' },
    happens: ({ pod, cluster }) => (cluster.live ? cluster.live.evict(fullName(pod)) : evict(pod, cluster)),
  },
  {
    ...{
      it: 'its kubelet evicts it, for want of memory',
      told: 'infrastructure/evicted',
      byForce: true,
      of: 'stand-in',
    },
    happens: onLive((live, pod) => live.evict(fullName(pod), 'kubelet')),
  },
  {
    ...{ it: 'it has to make room for a pod of higher priority', told: 'infrastructure/preempted', of: 'stand-in' },
    happens: onLive((live, pod) => live.preempt(fullName(pod))),
  },
];

describeOnCluster('a run that is ended by its cluster:', () => {
  const cluster = useCluster({ nodes: [{ name: 'node-1' }, ...['gone', 'lost', 'away'].map(ownNode)] });

  it.for(disruptions.map((disruption) => [disruption.it, disruption] as const))(
    '%s; what was followed of its log is whole',
    async ([, { told, happens, byForce, of }], { skip }) => {
      if (of === 'stand-in') standIn(cluster(), skip, 'it is done to a pod by its node, or its scheduler');
      await using attempts = await openAttempts(cluster());
      const { attempt, log } = await counted(attempts);
      await happens({ attempt, cluster: cluster(), pod: await cluster().admin.pod(attempt.handle) });
      const known = numbersIn(log.text());
      expect(named({ state: 'finished', outcome: await attempt.outcome })).toBe(`finished=${told}`);
      const text = await log.whole;
      expect(numbersIn(text)).toEqual(upTo(numbersIn(text).length));
      expect(numbersIn(text).length).toBeGreaterThanOrEqual(known.length);
      if (!byForce) expect(text).toMatch(/\nleaving\n$/);
      expect(text).not.toContain('runyard:');
    },
  );

  it('its Job is deleted by somebody, and its pod left to run: it ends as that does', async () => {
    await using attempts = await openAttempts(cluster());
    const attempt = await attempts.begin({ sh: 'echo begun; sleep 2; echo done; exit 4' });
    await attempt.printed('begun');
    await cluster().admin.deleteJob(attempt.handle, 'Orphan');
    expect(await attempt.outcome).toMatchObject({ class: 'exited', code: 4 });
    expect(await attempt.log()).toBe('begun\ndone\n');
    await attempts.executor.remove(attempt.handle, attempts.signal);
    expect(await cluster().admin.pods(attempt.handle)).toEqual([]);
  });

  describe('its node', () => {
    it('is deleted', async ({ skip }) => {
      const live = standIn(cluster(), skip, 'it takes a node away');
      await using attempts = await openAttempts(cluster(), { allowTolerations: true });
      const { attempt, log } = await counted(attempts, 'gone');
      live.deleteNode('gone');
      expect(await attempt.outcome).toMatchObject({ class: 'infrastructure', reason: 'node-lost' });
      const text = await log.whole;
      expect(numbersIn(text)).toEqual(upTo(numbersIn(text).length));
    });

    it('is lost: that is waited out, until the node is proved to be gone', async ({ skip }) => {
      const live = standIn(cluster(), skip, 'it takes a node away');
      await using attempts = await openAttempts(cluster(), { allowTolerations: true });
      const { admin } = cluster();
      const { attempt, log } = await counted(attempts, 'lost');
      let over = false;
      const ended = attempt.outcome.finally(() => {
        over = true;
      });
      live.loseNode('lost');
      const isTold = async () => (await admin.pod(attempt.handle)).metadata.deletionTimestamp !== undefined;
      await until(isTold, 'the pod to be given up');
      const { state } = await attempts.executor.inspect(attempt.handle, attempts.signal);
      expect([over, state]).toEqual([false, 'running']);
      live.deleteNode('lost');
      expect(await ended).toMatchObject({ class: 'infrastructure', reason: 'node-lost' });
      const text = await log.whole;
      expect(numbersIn(text)).toEqual(upTo(numbersIn(text).length));
    });
  });

  it('a log that was not followed is read while its pod dies', async () => {
    await using attempts = await openAttempts(cluster(), { followLogs: 0 });
    const { admin } = cluster();
    const attempt = await attempts.begin({ sh: counting });
    await attempt.printed('3\n');
    const log = attempt.follow();
    await admin.deletePod(await admin.pod(attempt.handle));
    expect(await log.whole).toMatch(/^1\n2\n3\n(\d+\n)*leaving\n$/);
  });

  it('a log that was heard to its end is whole, also where its pod goes before that can be checked', async ({
    skip,
  }) => {
    const { api } = standIn(cluster(), skip, 'it refuses to give the log once more');
    await using attempts = await openAttempts(cluster());
    const { admin } = cluster();
    const { attempt, log } = await counted(attempts);
    const pod = await admin.pod(attempt.handle);
    const { readLog } = api;
    const refused = Promise.withResolvers<void>();
    api.readLog = async (asked, query, signal) => {
      if (asked.metadata.uid !== pod.metadata.uid || query.follow)
        return (await readLog?.(asked, query, signal)) ?? { status: 200, body: '' };
      refused.resolve();
      const message = `pods "${pod.metadata.name}" not found`;
      return { status: 404, body: { kind: 'Status', code: 404, reason: 'NotFound', message } };
    };
    // Held there until then.
    await admin.finalize(pod, ['example.org/held']);
    await admin.deletePod(pod);
    await refused.promise;
    await admin.finalize(pod, []);
    expect(await log.whole).toMatch(/^1\n(\d+\n)+leaving\n$/);
  });

  it('of a log that went before it was read, a line says so, whoever asks', async ({ skip }) => {
    const live = standIn(cluster(), skip, 'it takes a node away');
    await using attempts = await openAttempts(cluster(), { allowTolerations: true, followLogs: 0 });
    const attempt = await attempts.begin({ sh: counting, job: { executorOptions: onNode('away') } });
    await attempt.printed('3\n');
    live.deleteNode('away');
    expect(await attempt.outcome).toMatchObject({ class: 'infrastructure', reason: 'node-lost' });
    await until(async () => (await cluster().admin.pods(attempt.handle)).length === 0, 'its pod to be gone');
    const line = 'runyard: the rest of the log is gone with its pod.\n';
    expect(await attempt.log()).toBe(line);
    await using others = await openAttempts(cluster());
    expect(await others.log(attempt.handle)).toBe(line);
  });
});

const counted = async (attempts: Attempts, node?: string) => {
  const job = node === undefined ? {} : { executorOptions: onNode(node) };
  const attempt = await attempts.begin({ sh: counting, job });
  const log = attempt.follow();
  await until(async () => log.text().includes('3\n'), 'it to count');
  return { attempt, log };
};

const fullName = ({ metadata: { namespace, name } }: PodObject): string => `${namespace}/${name}`;

function onLive(work: (live: LiveCluster, pod: PodObject) => void): Disruption['happens'] {
  return ({ pod, cluster: { live } }) => {
    if (live) work(live, pod);
  };
}

const evict = async ({ metadata: { name } }: PodObject, { admin, namespace }: TestCluster): Promise<void> => {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  const path = `${paths(namespace).pod(name)}/eviction`;
  await admin.api.ask({ method: 'POST', path, body, signal: new AbortController().signal });
};

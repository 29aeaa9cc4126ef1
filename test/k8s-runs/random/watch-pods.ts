import type { KubeObject } from '../../engines/k8s/cluster.ts';
import type { LiveCluster } from '../../engines/k8s/live/live-cluster.ts';
import { isTerminal, type Pod } from '../../engines/k8s/live/shared/objects.ts';
import type { TestNamespace } from '../support/namespace.ts';

/** Attempts of one run that had pods at the same time, seen at the moment at which the later one is made. */
export const watchPods = ({ api }: LiveCluster, namespace: TestNamespace): Disposable & { overlaps: string[] } => {
  const overlaps: string[] = [];
  const stop = api.objects.on(({ type, resource, object }) => {
    if (type !== 'ADDED' || resource !== 'pods' || object.metadata.namespace !== namespace.name) return;
    const others = namespace.now('pods').filter(({ metadata }) => metadata.uid !== object.metadata.uid);
    const alive = others.filter((pod) => runOf(pod) === runOf(object) && !isTerminal(pod as Pod));
    overlaps.push(...alive.map(({ metadata }) => `${object.metadata.name} was made while ${metadata.name} was there`));
  });
  return { overlaps, [Symbol.dispose]: stop };
};

const runOf = ({ metadata }: KubeObject): string => metadata.labels?.['runyard.dev/run'] ?? '';

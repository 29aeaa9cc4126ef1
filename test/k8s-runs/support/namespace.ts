import { randomBytes } from 'node:crypto';
import { grantedRules } from '../../../packages/k8s-executor/test/support/granted-rules.ts';
import type { KubeObject, Resource } from '../../engines/k8s/cluster.ts';
import type { LiveCluster } from '../../engines/k8s/live/live-cluster.ts';

/** A namespace of its own on a cluster, and all that was ever made in it. */
export interface TestNamespace extends Disposable {
  readonly name: string;
  /** As text; with the rights of the manifest that we publish, and no others. */
  readonly kubeConfig: string;
  /** Every one that there has been, as it was made. */
  made(resource: 'jobs' | 'pods' | 'secrets'): KubeObject[];
  /** What there is now. */
  now(resource: Resource): KubeObject[];
  /** What there is of ours now, named for a person. */
  left(): string[];
}

export const newNamespace = ({ api }: LiveCluster): TestNamespace => {
  const name = `ns-${randomBytes(4).toString('hex')}`;
  const made: { resource: Resource; object: KubeObject }[] = [];
  const stop = api.objects.on(({ type, resource, object }) => {
    if (type === 'ADDED' && object.metadata.namespace === name) made.push({ resource, object });
  });
  api.objects.create('namespaces', { metadata: { name } });
  const now = (resource: Resource): KubeObject[] => api.objects.list(resource, name);
  return {
    name,
    kubeConfig: api.kubeConfig({ namespace: name, rules: grantedRules() }),
    made: (wanted) => made.filter(({ resource }) => resource === wanted).map(({ object }) => object),
    now,
    left: () => ours.flatMap((resource) => now(resource).map(({ metadata }) => `${resource} ${metadata.name}`)),
    [Symbol.dispose]: stop,
  };
};

const ours = ['jobs', 'pods', 'secrets', 'services', 'resourceclaimtemplates'] as const;

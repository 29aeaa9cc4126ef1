import { randomBytes } from 'node:crypto';
import { grantedRules } from '../../../packages/k8s-executor/test/support/granted-rules.ts';
import type { KubeObject, Resource } from '../../engines/k8s/cluster.ts';
import type { LiveCluster } from '../../engines/k8s/live/live-cluster.ts';
import { untilGone } from '../../engines/k8s/live/until.ts';

/** A namespace of its own on a cluster, and all that was ever made in it. */
export interface TestNamespace extends Disposable {
  readonly name: string;
  /** Of the one that there is now. */
  readonly uid: string;
  /** As text; with the rights of the manifest that we publish, and no others. */
  readonly kubeConfig: string;
  /** Every one that there has been, as it was made. */
  made(resource: 'jobs' | 'pods' | 'secrets'): KubeObject[];
  /** What there is now. */
  now(resource: Resource): KubeObject[];
  /** What there is of ours now, named for a person. */
  left(): string[];
  /** Its deletion, which kills what runs in it. Resolves when it is gone. */
  delete(): Promise<void>;
  /** Another of the same name. */
  makeAnew(): void;
}

export const newNamespace = ({ api }: LiveCluster): TestNamespace => {
  const name = `ns-${randomBytes(4).toString('hex')}`;
  const made: { resource: Resource; object: KubeObject }[] = [];
  const stop = api.objects.on(({ type, resource, object }) => {
    if (type === 'ADDED' && object.metadata.namespace === name) made.push({ resource, object });
  });
  const make = (): KubeObject => api.objects.create('namespaces', { metadata: { name }, status: { phase: 'Active' } });
  let { uid } = make().metadata;
  const now = (resource: Resource): KubeObject[] => api.objects.list(resource, name);
  return {
    name,
    get uid() {
      return uid;
    },
    kubeConfig: api.kubeConfig({ namespace: name, rules: grantedRules() }),
    made: (wanted) => made.filter(({ resource }) => resource === wanted).map(({ object }) => object),
    now,
    left: () => ours.flatMap((resource) => now(resource).map(({ metadata }) => `${resource} ${metadata.name}`)),
    async delete() {
      api.objects.change('namespaces', uid, ({ metadata, status }) => {
        metadata.deletionTimestamp = new Date().toISOString();
        status.phase = 'Terminating';
      });
      await untilGone(api.objects, 'namespaces', uid);
    },
    makeAnew() {
      uid = make().metadata.uid;
    },
    [Symbol.dispose]: stop,
  };
};

const ours = ['jobs', 'pods', 'secrets', 'services', 'resourceclaimtemplates'] as const;

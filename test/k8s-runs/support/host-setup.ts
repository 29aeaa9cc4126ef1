import type { HostSetup } from '../../crash/host/setup.ts';
import type { LiveCluster } from '../../engines/k8s/live/live-cluster.ts';
import type { TestNamespace } from './namespace.ts';

/** A host process whose jobs run in a namespace of a live cluster, its store SQLite. */
export const hostSetup = (
  { images }: LiveCluster,
  { dataDir, namespace }: { dataDir: string; namespace: TestNamespace },
): HostSetup => ({
  ...{ dataDir, database: null, storeTime: null, leaseMs: 1000, shared: null, dieAt: null },
  k8s: { ...accessOf(namespace), namespace: namespace.name, image: images.busybox },
  sizes: { tiny: { cpu: 0.1, memory: '32Mi' } },
});

const accessOf = ({ kubeConfig }: TestNamespace): { server: string; token: string } => {
  const { clusters, users } = JSON.parse(kubeConfig);
  return { server: clusters[0].cluster.server, token: users[0].user.token };
};

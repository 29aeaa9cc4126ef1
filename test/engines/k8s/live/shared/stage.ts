import type { ClusterObjects, NewObject } from '../../cluster.ts';
import type { Pod } from './objects.ts';
import type { RecordEvent } from './record-event.ts';

/** What the parts of the cluster share. */
export interface Stage {
  objects: ClusterObjects;
  record: RecordEvent;
  /** Of all namespaces. */
  pods(): Pod[];
  node(name: string): Node | undefined;
  /** In the order in which they were given. */
  nodes(): Node[];
  /** Why the API server does not take a pod (a quota, say); null: it does. */
  refusalOf(pod: NewObject): string | null;
  /** Something is wrong with the stand-in itself: told when it is disposed of. */
  fault(error: unknown): void;
}

export interface Node {
  name: string;
  labels: Record<string, string>;
  taints: readonly Taint[];
  /** By resource: `cpu`, `memory`, `pods`, `nvidia.com/gpu`. */
  allocatable: Record<string, number>;
  ignoresDeadlines: boolean;
  /** `lost`: its kubelet has fallen silent. */
  state: 'ready' | 'lost' | 'gone';
}

export interface Taint {
  key: string;
  value?: string;
  effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

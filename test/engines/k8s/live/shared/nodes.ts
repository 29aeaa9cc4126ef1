import { quantity } from './quantities.ts';
import type { Node, Taint } from './stage.ts';

export interface NodeOptions {
  name: string;
  /** Besides those that each node has (`kubernetes.io/hostname`, `…/os`, `…/arch`). */
  labels?: Readonly<Record<string, string>>;
  taints?: readonly Taint[];
  /** What there is of it, as quantities: `{ cpu: '8', memory: '32Gi', 'nvidia.com/gpu': '4' }`. Default: 64 cores, 256Gi and 110 pods. */
  allocatable?: Readonly<Record<string, string>>;
  /** Its kubelet does nothing about a pod's `activeDeadlineSeconds`, as one that hangs. Default false. */
  ignoresDeadlines?: boolean;
}

export const makeNode = ({ name, labels, taints = [], allocatable, ignoresDeadlines = false }: NodeOptions): Node => ({
  name,
  labels: {
    ...{ 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
    ...labels,
  },
  taints,
  allocatable: Object.fromEntries(
    Object.entries({ cpu: '64', memory: '256Gi', pods: '110', ...allocatable }).map(([resource, amount]) => [
      resource,
      quantity(amount),
    ]),
  ),
  ignoresDeadlines,
  state: 'ready',
});

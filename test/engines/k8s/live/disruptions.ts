import type { Kubelet } from './kubelet/kubelet.ts';
import { setCondition } from './shared/conditions.ts';
import { deletePod } from './shared/delete-pod.ts';
import { isTerminal, type Pod } from './shared/objects.ts';
import type { Stage } from './shared/stage.ts';

/** What happens to pods and nodes besides what is asked for. A pod is named as `namespace/name`. */
export interface Disruptions {
  /** By the eviction API (a drain), which deletes it; or by its kubelet, of which it fails and stays. */
  evict(pod: string, by?: 'api' | 'kubelet'): void;
  /** By the scheduler, for one that is more important. */
  preempt(pod: string): void;
  /** Its kubelet falls silent; what runs there runs on. All that Kubernetes does about it in the minutes that follow is done at once. */
  loseNode(name: string): void;
  /** The machine is gone, and all that ran on it; a node that was lost before ends with it. */
  deleteNode(name: string): void;
}

export const disruptions = (stage: Stage, kubelet: Kubelet): Disruptions => {
  const { objects, record } = stage;
  const find = (name: string): Pod => {
    const pod = stage.pods().find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === name);
    if (!pod) throw new Error(`There is no pod "${name}"; pods are named as namespace/name.`);
    return pod;
  };
  const node = (name: string) => {
    const found = stage.node(name);
    if (!found) throw new Error(`There is no node "${name}".`);
    return found;
  };
  const running = (name: string) => stage.pods().filter((pod) => pod.spec.nodeName === name && !isTerminal(pod));

  const disrupt = ({ metadata: { uid } }: Pod, reason: string, message: string): void =>
    void objects.change('pods', uid, ({ status }) => {
      const condition = { type: 'DisruptionTarget', status: 'True', reason, message } as const;
      status.conditions = setCondition(status.conditions, condition);
    });

  return {
    evict(name, by = 'api') {
      const pod = find(name);
      if (by === 'kubelet') {
        const message = 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 52Mi.';
        disrupt(pod, 'TerminationByKubelet', message);
        return kubelet.evict(pod.metadata.uid, message);
      }
      disrupt(pod, 'EvictionByEvictionAPI', 'Eviction API: evicting');
      deletePod(objects, pod.metadata.uid);
    },
    preempt(name) {
      const pod = find(name);
      const why = 'default-scheduler: preempting to accommodate a higher priority pod';
      disrupt(pod, 'PreemptionByScheduler', why);
      deletePod(objects, pod.metadata.uid);
      const message = `Preempted by pod ${crypto.randomUUID()} on node ${pod.spec.nodeName}`;
      record('Pod', pod, { reason: 'Preempted', message, component: 'default-scheduler', action: 'Preempting' });
    },
    loseNode(name) {
      node(name).state = 'lost';
      for (const pod of running(name)) {
        objects.change('pods', pod.metadata.uid, ({ status }) => {
          const ready = status.conditions?.find(({ type }: { type: string }) => type === 'Ready');
          if (ready) status.conditions = setCondition(status.conditions, { ...ready, status: 'False' });
        });
        const told = { reason: 'NodeNotReady', message: 'Node is not ready', component: 'node-controller' };
        record('Pod', pod, { ...told, type: 'Warning' });
        const marking = `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`;
        record('Pod', pod, {
          ...{ reason: 'TaintManagerEviction', message: marking, component: 'taint-eviction-controller' },
        });
        disrupt(pod, 'DeletionByTaintManager', 'Taint manager: deleting due to NoExecute taint');
        deletePod(objects, pod.metadata.uid);
      }
    },
    deleteNode(name) {
      node(name).state = 'gone';
      kubelet.lose(name);
      for (const pod of running(name)) {
        disrupt(pod, 'DeletionByPodGC', 'PodGC: node no longer exists');
        objects.change('pods', pod.metadata.uid, ({ status }) => {
          status.phase = 'Failed';
        });
        deletePod(objects, pod.metadata.uid, 0);
      }
    },
  };
};

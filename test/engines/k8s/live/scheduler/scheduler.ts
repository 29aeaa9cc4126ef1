import { setCondition } from '../shared/conditions.ts';
import { isTerminal, type Pod } from '../shared/objects.ts';
import { requestsOf } from '../shared/pod-resources.ts';
import type { Node, Stage } from '../shared/stage.ts';
import { workQueue } from '../shared/work-queue.ts';
import { fits } from './fits.ts';
import { unschedulable } from './unschedulable.ts';

export interface Scheduler extends Disposable {
  /** Nodes have come or changed. */
  lookAgain(): void;
}

/** Plays the scheduler: the first node that a pod fits on is its own, those of higher priority and then the older ones first. */
export const scheduler = (stage: Stage): Scheduler => {
  const queue = workQueue(() => {
    try {
      for (const pod of waitingPods(stage)) place(stage, pod);
    } catch (error) {
      stage.fault(error);
    }
  });
  const lookAgain = (): void => queue.add('all');
  const unsubscribe = stage.objects.on(({ type, resource, object }) => {
    const pod = object as Pod;
    if (resource === 'pods' && (type !== 'MODIFIED' || isTerminal(pod))) lookAgain();
  });
  return {
    lookAgain,
    [Symbol.dispose]() {
      unsubscribe();
      queue[Symbol.dispose]();
    },
  };
};

const waitingPods = (stage: Stage): Pod[] =>
  stage
    .pods()
    .filter(({ spec, metadata }) => spec.nodeName === undefined && metadata.deletionTimestamp === undefined)
    .sort((a, b) => (b.spec.priority ?? 0) - (a.spec.priority ?? 0));

const place = (stage: Stage, pod: Pod): void => {
  const nodes = stage.nodes().filter(({ state }) => state !== 'gone');
  const verdicts = nodes.map((node) => fits(pod, node, usedOf(stage, node)));
  const node = nodes.find((_, index) => verdicts[index]?.reasons.length === 0);
  if (node) bind(stage, pod, node);
  else keepWaiting(stage, pod, nodes.length === 0 ? 'no nodes available to schedule pods' : unschedulable(verdicts));
};

const usedOf = (stage: Stage, node: Node): Record<string, number> => {
  const used: Record<string, number> = {};
  for (const pod of stage.pods())
    if (pod.spec.nodeName === node.name && !isTerminal(pod))
      for (const [resource, amount] of Object.entries({ pods: 1, ...requestsOf(pod) }))
        used[resource] = (used[resource] ?? 0) + amount;
  return used;
};

const bind = ({ objects, record }: Stage, pod: Pod, { name }: Node): void => {
  objects.change('pods', pod.metadata.uid, (now) => {
    now.spec.nodeName = name;
    now.status.conditions = setCondition(now.status.conditions, { type: 'PodScheduled', status: 'True' });
  });
  const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${name}`;
  record('Pod', pod, { reason: 'Scheduled', message, component: 'default-scheduler', action: 'Binding' });
};

const keepWaiting = ({ objects, record }: Stage, pod: Pod, message: string): void => {
  const told = { reason: 'FailedScheduling', message, type: 'Warning' } as const;
  record('Pod', pod, { ...told, component: 'default-scheduler', action: 'Scheduling' });
  objects.change('pods', pod.metadata.uid, ({ metadata, status }) => {
    const why = { reason: 'Unschedulable', message, observedGeneration: metadata.generation ?? 1 };
    status.conditions = setCondition(status.conditions, { type: 'PodScheduled', status: 'False', ...why });
  });
};

import type { ApiServer, KubeObject } from '../../cluster.ts';
import type { Pod } from './objects.ts';
import { eventRecorder } from './record-event.ts';
import type { Node, Stage } from './stage.ts';

/** @param nodes read at each look, so that some may be added */
export const makeStage = (
  api: ApiServer,
  { nodes, fault }: { nodes: readonly Node[]; fault(error: unknown): void },
): Stage & Disposable => {
  const { objects } = api;
  const pods = new Map<string, Pod>();
  const unsubscribe = objects.on(({ type, resource, object }) => {
    if (resource !== 'pods') return;
    if (type === 'DELETED') pods.delete(object.metadata.uid);
    else pods.set(object.metadata.uid, object as Pod);
  });
  return {
    ...{ objects, fault, record: eventRecorder(objects) },
    pods: () => [...pods.values()],
    refusalOf(pod) {
      const { refuse } = api.onCreate?.('pods', pod as KubeObject) ?? {};
      return refuse ? ((refuse.body as { message?: string }).message ?? '') : null;
    },
    nodes: () => [...nodes],
    node: (wanted) => nodes.find(({ name }) => name === wanted),
    [Symbol.dispose]: unsubscribe,
  };
};

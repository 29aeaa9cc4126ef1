import type { Pod } from '../shared/objects.ts';
import type { Told } from '../shared/record-event.ts';
import type { Node } from '../shared/stage.ts';
import type { KubeletParts } from './kubelet-parts.ts';
import { type ContainerRun, fieldPathOf, type PodRun } from './pod-run.ts';
import { podStatus } from './pod-status.ts';

/** Records an event of a pod, or of one of its containers. A kubelet that has fallen silent tells nothing. */
export const tell = (
  { stage, closing }: KubeletParts,
  run: PodRun,
  told: Pick<Told, 'reason' | 'message' | 'type'> & { container?: ContainerRun },
): void => {
  const { container, ...event } = told;
  const node = speaks({ stage, closing }, run);
  if (!node) return;
  const fieldPath = container && { fieldPath: fieldPathOf(container) };
  stage.record('Pod', run.pod, { ...event, component: 'kubelet', node: node.name, ...fieldPath });
};

/** Writes down how the pod is. */
export const report = ({ stage, closing }: KubeletParts, run: PodRun): void => {
  if (!speaks({ stage, closing }, run)) return;
  stage.objects.change('pods', run.pod.metadata.uid, (pod) => {
    pod.status = podStatus(run, (pod as Pod).status);
  });
};

const speaks = ({ stage, closing }: Pick<KubeletParts, 'stage' | 'closing'>, run: PodRun): Node | undefined => {
  const node = stage.node(run.pod.spec.nodeName ?? '');
  return node?.state === 'ready' && !closing.aborted ? node : undefined;
};

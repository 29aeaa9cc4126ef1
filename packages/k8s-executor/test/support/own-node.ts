import type { NodeOptions } from '../../../../test/engines/k8s/live/shared/nodes.ts';

/** A node of the stand-in that nothing goes to but what asks for it. */
export const ownNode = (name: string): NodeOptions => ({
  ...{ name, labels: { role: name } },
  taints: [{ key: 'role', value: name, effect: 'NoSchedule' }],
});

/** As a job's `executorOptions`: goes to that node. Its host has to allow tolerations. */
export const onNode = (name: string) => ({
  ...{ nodeSelector: { role: name }, tolerations: [{ key: 'role', value: name }] },
});

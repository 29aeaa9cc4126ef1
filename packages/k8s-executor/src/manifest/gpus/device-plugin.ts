import type { GpuRequest } from '@runyard/core';
import { leastMemory } from '@runyard/core/executor-kit';
import type { GpuSettings } from '../../spec/gpu-mapping.ts';
import { isLabelValue } from '../../spec/names.ts';
import type { PlainObject } from '../plain-object.ts';
import type { GpuDemand } from './gpu-demand.ts';
import { unknownGpu } from './unknown-gpu.ts';

/** A size's GPUs as an extended resource, on nodes whose labels say that they have such. */
export const pluginDemand = (request: GpuRequest, mapping: GpuSettings): GpuDemand => {
  const { resource, count } = resourceOf(request, mapping);
  return {
    resources: { [resource]: String(count) },
    nodeSelector: nodesWithModel(request, mapping),
    nodeExpressions: nodesWithMemory(request, mapping),
    tolerations: mapping.tolerations ?? tolerated([mapping.resource, resource]),
    claim: false,
  };
};

/** Nodes with GPUs commonly carry a taint of the resource's name, which keeps off who needs none. */
export const tolerated = (resources: readonly string[]): PlainObject[] =>
  [...new Set(resources)].map((key) => ({ key, operator: 'Exists' }));

const resourceOf = (
  { count, model, mig, share }: GpuRequest,
  { resource, shared, models }: GpuSettings,
): { resource: string; count: number } => {
  if (mig !== undefined && share !== undefined)
    throw unknownGpu('a share of a MIG instance is nothing that a device plugin gives.');
  if (mig !== undefined) {
    // As the device plugin calls its resources where its strategy is `mixed`.
    return { resource: `nvidia.com/mig-${mig.replaceAll('+', '.')}`, count };
  }
  if (share === undefined) return { resource: modelIn(models, model)?.resource ?? resource, count };
  if (shared === undefined)
    throw unknownGpu(
      'it asks for a share, and the host shares none. The option `gpus.shared` of k8sExecutor says which resource is cut into how many parts.',
    );
  if (share > 1 / shared.replicas + 1e-9)
    throw unknownGpu(
      `it asks for ${share} of one, and the host cuts each into ${shared.replicas} parts, of which a pod gets one: several may be refused, or lie on several GPUs. Ask for at most ${Math.floor(1000 / shared.replicas) / 1000}, or for a whole one.`,
    );
  return { resource: shared.resource, count };
};

/** What the host says of a model; undefined: nothing. */
export const modelIn = (models: GpuSettings['models'], model: string | undefined) =>
  model !== undefined && Object.hasOwn(models, model) ? models[model] : undefined;

const nodesWithModel = ({ model, share }: GpuRequest, mapping: GpuSettings): Readonly<Record<string, string>> => {
  if (model === undefined) return {};
  const known = modelIn(mapping.models, model);
  // An entry says all that there is to say, also where it is a resource of its own and no label.
  if (known !== undefined) return known.nodeSelector ?? {};
  const value = labelOf[mapping.vendor](model);
  if (value === '' || !isLabelValue(value))
    throw unknownGpu(
      `no label of a node can be '${model}'. Say in the option \`gpus.models\` of k8sExecutor what selects its nodes.`,
    );
  // NVIDIA's labeller marks nodes whose GPUs are shared under the name of whole ones.
  const marked = mapping.vendor === 'nvidia' && share !== undefined && mapping.shared?.resource === mapping.resource;
  return { [mapping.productLabel]: marked ? `${value}-SHARED` : value };
};

// How each vendor's node labeller writes a model into the value of a label.
const labelOf = {
  nvidia: (model: string) => words(model.replace(/[^\w. -]/g, '')).join('-'),
  amd: (model: string) => model.trim().replaceAll(' ', '_').replace(/[()]/g, ''),
  intel: (model: string) => words(model).join('_'),
} as const;

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

const nodesWithMemory = (
  { memoryBytes, model, mig, share }: GpuRequest,
  { memoryLabel, models, vendor }: GpuSettings,
): PlainObject[] => {
  if (memoryBytes === undefined || mig !== undefined) return [];
  if (memoryLabel === null) {
    if (modelIn(models, model) !== undefined) return [];
    throw unknownGpu(
      `no label of its nodes tells how much memory their GPUs have${vendor === 'nvidia' ? '' : ` (the vendor is ${vendor})`}. Name a model that stands in the option \`gpus.models\` of k8sExecutor, or leave the memory out.`,
    );
  }
  const asked = share === undefined ? leastMemory(memoryBytes) : memoryBytes;
  return [{ key: memoryLabel, operator: 'Gt', values: [String(Math.ceil(asked / 2 ** 20) - 1)] }];
};

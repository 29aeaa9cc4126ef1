import type { GpuRequest } from '@runyard/core';
import { leastMemory, modelWords } from '@runyard/core/executor-kit';
import type { GpuSettings } from '../../spec/gpu-mapping.ts';
import type { PlainObject } from '../plain-object.ts';
import { modelIn, tolerated } from './device-plugin.ts';
import type { GpuDemand } from './gpu-demand.ts';
import { unknownGpu } from './unknown-gpu.ts';

type Dra = NonNullable<GpuSettings['dra']>;

/** A size's GPUs as a claim of DRA: which devices fit, the claim says, and nothing else has to. */
export const claimDemand = (request: GpuRequest, mapping: GpuSettings, dra: Dra): GpuDemand => {
  deviceRequest(request, mapping, dra);
  return {
    resources: {},
    nodeSelector: modelIn(mapping.models, request.model)?.nodeSelector ?? {},
    nodeExpressions: [],
    tolerations: mapping.tolerations ?? tolerated([mapping.resource]),
    claim: true,
  };
};

/** A `DeviceRequest` of resource.k8s.io/v1. A model that the host's `models` know is told by the nodes that they select. */
export const deviceRequest = (
  { count, model, memoryBytes, mig, share }: GpuRequest,
  { models }: Pick<GpuSettings, 'models'>,
  { deviceClass, migDeviceClass, driver, modelAttribute, memoryCapacity }: Dra,
): PlainObject => {
  if (share !== undefined)
    throw unknownGpu('it asks for a share, which a claim cannot say. Use a device plugin (`gpus.shared`) for it.');
  const selectors = [
    ...(mig === undefined ? [] : [isText(attribute(driver, 'profile'), mig)]),
    ...(model === undefined || modelIn(models, model) !== undefined
      ? []
      : [hasWords(attribute(driver, modelAttribute), model)]),
    ...(memoryBytes === undefined || mig !== undefined
      ? []
      : [isAtLeast(capacity(driver, memoryCapacity), leastMemory(memoryBytes))]),
  ];
  return {
    name: 'gpus',
    exactly: {
      deviceClassName: mig === undefined ? deviceClass : migDeviceClass,
      allocationMode: 'ExactCount',
      count,
      ...(selectors.length > 0 && { selectors: selectors.map((expression) => ({ cel: { expression } })) }),
    },
  };
};

// In CEL, a reference to what a device does not have is an error, and ends the whole allocation: each is asked for first.

const isText = (field: string, text: string): string => `has(${field}) && ${field} == ${quoted(text)}`;

const hasWords = (field: string, model: string): string => {
  const words = modelWords(model).split(' ').filter(Boolean);
  if (words.length === 0) throw unknownGpu(`'${model}' has no letters or digits by which a model could be found.`);
  const pattern = words.map((word) => word.replaceAll('.', '[.]')).join('[^a-z0-9.]+');
  return `has(${field}) && ${field}.lowerAscii().matches(${quoted(`(^|[^a-z0-9.])${pattern}([^a-z0-9.]|$)`)})`;
};

const isAtLeast = (field: string, bytes: number): string =>
  `has(${field}) && ${field}.compareTo(quantity(${quoted(String(Math.ceil(bytes)))})) >= 0`;

const attribute = (driver: string, name: string): string => `device.attributes[${quoted(driver)}].${name}`;

const capacity = (driver: string, name: string): string => `device.capacity[${quoted(driver)}].${name}`;

// CEL reads the escapes of JSON. What is quoted here is ASCII, as its readers have made sure.
const quoted = (text: string): string => JSON.stringify(text);

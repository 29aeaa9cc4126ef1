import { z } from 'zod';
import { labelSelector, objectName, qualifiedName } from './name-schemas.ts';
import { tolerationSchema } from './toleration.ts';

// In CEL such a name stands behind a dot, so it is nothing but one.
const celName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,31}$/, 'expected a name of letters, digits and _, of at most 32 characters');

/** By vendor: what its device plugin, its node labeller and its DRA driver call things. */
const vendors = {
  nvidia: { resource: 'nvidia.com/gpu', productLabel: 'nvidia.com/gpu.product', driver: 'gpu.nvidia.com' },
  amd: { resource: 'amd.com/gpu', productLabel: 'amd.com/gpu.product-name', driver: 'gpu.amd.com' },
  intel: { resource: 'gpu.intel.com/i915', productLabel: 'gpu.intel.com/product', driver: 'gpu.intel.com' },
} as const;

/** The option `gpus`, with every default filled in. */
export const gpuMappingSchema = z
  .strictObject({
    vendor: z.enum(['nvidia', 'amd', 'intel']).default('nvidia'),
    resource: qualifiedName.optional(),
    shared: z.strictObject({ resource: qualifiedName, replicas: z.number().int().min(1).max(1000) }).optional(),
    models: z
      .record(
        z.string().min(1),
        z.strictObject({ nodeSelector: labelSelector.optional(), resource: qualifiedName.optional() }),
      )
      .default({}),
    memoryLabel: qualifiedName.nullish(),
    tolerations: z.array(tolerationSchema).optional(),
    runtimeClass: objectName.optional(),
    dra: z
      .strictObject({
        deviceClass: objectName.optional(),
        migDeviceClass: objectName.default('mig.nvidia.com'),
        driver: objectName.optional(),
        modelAttribute: celName.default('productName'),
        memoryCapacity: celName.default('memory'),
      })
      .optional(),
  })
  .prefault({})
  .transform(({ dra, ...mapping }) => {
    const { resource, productLabel, driver } = vendors[mapping.vendor];
    return {
      ...mapping,
      resource: mapping.resource ?? resource,
      productLabel,
      memoryLabel:
        mapping.memoryLabel === undefined && mapping.vendor === 'nvidia'
          ? 'nvidia.com/gpu.memory'
          : (mapping.memoryLabel ?? null),
      dra: dra && { ...dra, deviceClass: dra.deviceClass ?? driver, driver: dra.driver ?? driver },
    };
  });

export type GpuSettings = z.output<typeof gpuMappingSchema>;

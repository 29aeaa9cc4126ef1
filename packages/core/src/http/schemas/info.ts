import { z } from 'zod';

/* What there is here: sizes in their published shape, executors, version. */

export const instanceSize = z.object({
  name: z.string(),
  cores: z.int().describe('Rounded up.'),
  cpu: z.number().describe('Cores, exactly.'),
  memory: z.string().meta({ example: '4Gi' }),
  memory_bytes: z.int(),
  gpu: z.int().describe('How many.'),
  gpu_type: z.string().nullable().describe('The model that it asks for; null: any.'),
  hardware_type: z.enum(['CPU', 'NVIDIA', 'AMD']).describe('AMD where the model says so, else NVIDIA.'),
  cloud: z.string().describe('Always empty.'),
  display: z.string().meta({ example: 'Medium - 2 cores - 4 GB RAM' }),
  display_name: z.string(),
  price_per_hour: z.null(),
  description: z.string().describe('Always empty.'),
  disabled: z.literal(false),
  disabled_message: z.string().describe('Always empty.'),
});

const sizes = z.record(z.string(), instanceSize);

export const serverOptions = z.object({
  sizes,
  disk_space: z.array(z.never()).describe('Nothing here has a disk of its own: always empty.'),
  auto_shutoff: z.array(z.never()).describe('Jobs have limits instead: always empty.'),
});

export const jobServerInfo = z.object({
  server_options: z.object({ size: z.array(instanceSize) }),
  default_images: z.object({}).describe('There are none: always empty.'),
  default_sizes: z
    .object({ CPU: instanceSize.optional(), NVIDIA: instanceSize.optional(), AMD: instanceSize.optional() })
    .describe('By kind of hardware: the default size, else the first of the catalogue.'),
});

export const info = z.object({
  version: z.string(),
  executors: z.array(z.object({ name: z.string(), builds_images: z.boolean() })),
  default_executor: z.string(),
  default_size: z.string(),
  sizes,
});

import { z } from 'zod';
import { parseWith } from './parse-with.ts';
import type { GpuRequest, Size } from './size.ts';

/** Bytes, or a Kubernetes quantity: `512Mi`, `4Gi`, `2G`. */
export type MemoryQuantity = string | number;

export interface SizeInput {
  /** Cores; fractions are allowed. */
  cpu: number;
  memory: MemoryQuantity;
  gpu?: { count: number; model?: string; memory?: MemoryQuantity; mig?: string; share?: number };
}

export type SizeCatalogue = Readonly<Record<string, Size>>;

/** Reads the host's `sizes` option. Throws `invalid-option` with the field. */
export const parseSizes = (input: Readonly<Record<string, SizeInput>>): SizeCatalogue => {
  const parsed = parseWith(sizesSchema, input, { code: 'invalid-option', root: 'sizes' });
  return Object.fromEntries(
    Object.entries(parsed).map(([name, { cpu, memory, gpu }]) => [
      name,
      { name, cpu, memoryBytes: memory, gpu: gpu === undefined ? null : gpuRequest(gpu) },
    ]),
  );
};

const units: Record<string, number> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Bytes, or a quantity; gives bytes. */
export const memorySchema = z.union([z.number().int().positive(), z.string()]).transform((value, context) => {
  if (typeof value === 'number') return value;
  const match = /^(\d+(?:\.\d+)?)(|k|M|G|T|Ki|Mi|Gi|Ti)$/.exec(value);
  const factor = match ? units[match[2] ?? ''] : undefined;
  if (match?.[1] === undefined || factor === undefined) {
    context.addIssue({ code: 'custom', message: 'expected bytes or a quantity such as 512Mi or 4Gi' });
    return z.NEVER;
  }
  return Math.round(Number(match[1]) * factor);
});

const gpuSchema = z.strictObject({
  count: z.number().int().min(1),
  model: z.string().min(1).optional(),
  memory: memorySchema.optional(),
  mig: z.string().min(1).optional(),
  share: z.number().gt(0).max(1).optional(),
});

const sizesSchema = z.record(
  z.string().min(1),
  z.strictObject({ cpu: z.number().positive(), memory: memorySchema, gpu: gpuSchema.optional() }),
);

const gpuRequest = (gpu: z.infer<typeof gpuSchema>): GpuRequest => ({
  count: gpu.count,
  ...(gpu.model !== undefined && { model: gpu.model }),
  ...(gpu.memory !== undefined && { memoryBytes: gpu.memory }),
  ...(gpu.mig !== undefined && { mig: gpu.mig }),
  ...(gpu.share !== undefined && { share: gpu.share }),
});

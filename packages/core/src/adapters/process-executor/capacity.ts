import { availableParallelism, totalmem } from 'node:os';
import { RunyardError } from '../../domain/errors.ts';
import { type MemoryQuantity, parseSizes } from '../../domain/job/parse-size.ts';
import type { Size } from '../../domain/job/size.ts';
import type { Capacity } from '../../ports/executor.ts';

/** `memory` in bytes, or as a quantity: `512Mi`, `8Gi`. */
export type CapacityOption = 'machine' | 'unlimited' | { cpu: number; memory: MemoryQuantity };

/** What there is to share out besides GPUs; null: as much as is asked for. */
export const capacityOf = (option: CapacityOption): Omit<Capacity, 'gpus'> | null => {
  if (option === 'unlimited') return null;
  if (option === 'machine') return { cpu: availableParallelism(), memoryBytes: memoryForUs() };
  const given = readShare(option);
  if (given) return { cpu: given.cpu, memoryBytes: given.memoryBytes };
  throw new RunyardError(
    'invalid-option',
    'processExecutor: `capacity` must have a `cpu` (cores) and a `memory` (bytes, or a quantity such as 8Gi) above 0.',
    {
      field: 'capacity',
      expected: "'machine', 'unlimited' or { cpu, memory }",
      received: JSON.stringify(option),
    },
  );
};

// As sizes are given, of which it is the sum.
const readShare = (option: { cpu: number; memory: MemoryQuantity }): Size | undefined => {
  try {
    return parseSizes({ all: option }).all;
  } catch {
    return undefined;
  }
};

// A container's limit, where there is one; without one the number is nonsense.
const memoryForUs = (): number => {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
};

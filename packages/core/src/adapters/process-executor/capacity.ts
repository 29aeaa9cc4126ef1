import { availableParallelism, totalmem } from 'node:os';
import { RunyardError } from '../../domain/errors.ts';
import type { Capacity } from '../../ports/executor.ts';

export type CapacityOption = 'machine' | 'unlimited' | { cpu: number; memory: number };

/** What there is to share out; null: as much as is asked for. */
export const capacityOf = (option: CapacityOption): Capacity | null => {
  if (option === 'unlimited') return null;
  if (option === 'machine') return { cpu: availableParallelism(), memoryBytes: memoryForUs(), gpus: [] };
  if (option.cpu > 0 && option.memory > 0) return { cpu: option.cpu, memoryBytes: option.memory, gpus: [] };
  throw new RunyardError(
    'invalid-option',
    'processExecutor: `capacity` must have a `cpu` (cores) and a `memory` (bytes) above 0.',
    {
      field: 'capacity',
      expected: "'machine', 'unlimited' or { cpu, memory }",
      received: JSON.stringify(option),
    },
  );
};

// A container's limit, where there is one; without one the number is nonsense.
const memoryForUs = (): number => {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
};

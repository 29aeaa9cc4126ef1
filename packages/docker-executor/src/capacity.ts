import type { Capacity } from '@runyard/core';
import type { EngineInfo } from './engine/answers.ts';
import type { Settings } from './options.ts';

/** What there is to share out: of the engine's machine, not of ours. */
export const capacityOf = (
  option: Exclude<Settings['capacity'], 'unlimited'>,
  { NCPU, MemTotal, gpus }: EngineInfo & Pick<Capacity, 'gpus'>,
): Capacity =>
  option === 'machine'
    ? { cpu: NCPU, memoryBytes: MemTotal, gpus }
    : { cpu: option.cpu, memoryBytes: option.memory, gpus };

import type { Size } from '../job/size.ts';
import type { Resources } from './run.ts';

/** What a run of this size takes of its place. */
export const resourcesOf = ({ cpu, memoryBytes }: Size): Resources => ({ cpu, memoryBytes });

/** Whether `asked` fits beside what is `taken`, in all that there is. */
export const fits = (asked: Resources, taken: Resources, all: Resources): boolean =>
  // Cores are fractions: ten tenths are one, whatever floating point makes of them.
  asked.cpu + taken.cpu <= all.cpu + 1e-9 && asked.memoryBytes + taken.memoryBytes <= all.memoryBytes;

export const plus = (a: Resources, b: Resources): Resources => ({
  cpu: a.cpu + b.cpu,
  memoryBytes: a.memoryBytes + b.memoryBytes,
});

/** `2 cpu and 4 GiB of memory`. */
export const inWords = ({ cpu, memoryBytes }: Resources): string => {
  const [unit, bytes] = memoryBytes >= 2 ** 30 ? ['GiB', 2 ** 30] : ['MiB', 2 ** 20];
  return `${rounded(cpu)} cpu and ${rounded(memoryBytes / bytes)} ${unit} of memory`;
};

const rounded = (value: number): number => Math.round(value * 100) / 100;

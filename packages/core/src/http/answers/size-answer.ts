import type { z } from 'zod';
import type { SizeCatalogue } from '../../domain/job/parse-size.ts';
import type { Size } from '../../domain/job/size.ts';
import type { instanceSize } from '../schemas/info.ts';
import { sizeDisplay, sizeTitle } from './size-display.ts';

export type SizeAnswer = z.output<typeof instanceSize>;

/** A size as published: whole cores, rounded up; `cpu` says it exactly. */
export const sizeAnswer = (name: string, size: Size): SizeAnswer => ({
  name,
  cores: Math.max(1, Math.ceil(size.cpu)),
  cpu: size.cpu,
  memory: memoryText(size.memoryBytes),
  memory_bytes: size.memoryBytes,
  gpu: size.gpu?.count ?? 0,
  gpu_type: size.gpu?.model ?? null,
  hardware_type: hardwareOf(size),
  cloud: '',
  display: sizeDisplay(name, size),
  display_name: sizeTitle(name),
  price_per_hour: null,
  description: '',
  disabled: false,
  disabled_message: '',
});

export const sizeAnswers = (sizes: SizeCatalogue): Record<string, SizeAnswer> =>
  Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, sizeAnswer(name, size)]));

/** Of each kind of hardware the first of the catalogue; of the kind that the default has, that one. */
export const defaultSizes = (
  sizes: SizeCatalogue,
  byDefault: string,
): { [K in SizeAnswer['hardware_type']]?: SizeAnswer } => {
  const all = sizeAnswers(sizes);
  const first = Object.hasOwn(all, byDefault) ? all[byDefault] : undefined;
  const found: { [K in SizeAnswer['hardware_type']]?: SizeAnswer } = {};
  for (const size of [...(first ? [first] : []), ...Object.values(all)]) found[size.hardware_type] ??= size;
  return found;
};

// A catalogue names the model, and never the vendor.
const hardwareOf = ({ gpu }: Size): SizeAnswer['hardware_type'] => {
  if (!gpu) return 'CPU';
  return /\b(amd|radeon|instinct|mi\d{2,3}\w?)\b/i.test(gpu.model ?? '') ? 'AMD' : 'NVIDIA';
};

const units = ['', 'Ki', 'Mi', 'Gi', 'Ti'] as const;

// The largest unit in which it is a whole number.
const memoryText = (bytes: number): string => {
  let [amount, unit] = [bytes, 0];
  while (amount % 1024 === 0 && unit < units.length - 1) [amount, unit] = [amount / 1024, unit + 1];
  return `${amount}${units[unit]}`;
};

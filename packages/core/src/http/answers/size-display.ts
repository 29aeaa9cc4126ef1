import type { Size } from '../../domain/job/size.ts';

/** As published: `Medium - 2 cores - 4 GB RAM - 1 GPU`. */
export const sizeDisplay = (name: string, size: Size | undefined): string => {
  const title = sizeTitle(name);
  if (size === undefined) return title;
  const parts = [
    title,
    `${size.cpu} ${size.cpu === 1 ? 'core' : 'cores'}`,
    `${round(size.memoryBytes / 2 ** 30)} GB RAM`,
  ];
  if (size.gpu) parts.push(`${size.gpu.count} ${size.gpu.count === 1 ? 'GPU' : 'GPUs'}`);
  return parts.join(' - ');
};

export const sizeTitle = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const round = (value: number): number => Math.round(value * 10) / 10;

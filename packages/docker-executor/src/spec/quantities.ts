import { type MemoryQuantity, parseSizes } from '@runyard/core/executor-kit';
import { z } from 'zod';

/** Bytes, or a quantity such as 512Mi, as sizes are given. */
export const memory = z.union([z.number().int().positive(), z.string()]).transform((value: MemoryQuantity, context) => {
  try {
    return parseSizes({ it: { cpu: 1, memory: value } }).it?.memoryBytes ?? 0;
  } catch {
    context.addIssue({ code: 'custom', message: 'expected bytes or a quantity such as 512Mi or 4Gi' });
    return z.NEVER;
  }
});

/** A number is both the soft and the hard limit; -1 is none. */
export type UlimitInput = number | { soft: number; hard: number };

export const softAndHard = (limit: UlimitInput): { soft: number; hard: number } =>
  typeof limit === 'number' ? { soft: limit, hard: limit } : limit;

/** Whether one limit lets through what the other does not; -1 is none. */
export const isAbove = (one: number, other: number): boolean => other !== -1 && (one === -1 || one > other);

const value = z.number().int().min(-1);

const ulimit = z.union([
  value,
  z
    .strictObject({ soft: value, hard: value })
    .refine(({ soft, hard }) => !isAbove(soft, hard), 'expected a soft limit that is not above the hard one'),
]);

// Those that the engine takes.
const names = [
  ...['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice', 'nofile'],
  ...['nproc', 'rss', 'rtprio', 'rttime', 'sigpending', 'stack'],
];

export const ulimitsSchema = z.strictObject(Object.fromEntries(names.map((name) => [name, ulimit.optional()])));

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from './chaos.ts';

/** Writes down everything that is known of a run of the harness; returns where. */
export const keep = (seed: number, { violations, counts, history }: Result): string => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `crash-${seed}.json`);
  writeFileSync(file, JSON.stringify({ violations, counts, ...history }, null, 1));
  return file;
};

// Ignored by git.
const folder = '.vitest';

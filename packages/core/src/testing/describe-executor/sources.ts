import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchSource } from '../../ports/executor.ts';

export interface SourceParts {
  /** Where in the workspace. */
  path: string;
  /** The text of its one file, `file`. */
  file: string;
  /** Comes before anything of it is fetched. */
  before?: (signal: AbortSignal) => Promise<void>;
}

/** A source whose checkout is one file. Who fetches by itself, elsewhere, is told to wait by the credential that it asks for. */
export const sourceThat = ({ path, file, before }: SourceParts): LaunchSource => ({
  url: 'https://example.com/code.git',
  commit: '0'.repeat(40),
  path,
  async checkout(dir, signal) {
    await before?.(signal);
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'file'), file);
  },
  ref: null,
  submodules: false,
  lfs: false,
  async credential(signal) {
    await before?.(signal);
    return null;
  },
});

/** Closed until it is opened. */
export const gate = (): { passed: Promise<void>; open(): void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
};

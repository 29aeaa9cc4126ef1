import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchSource } from '../../ports/executor.ts';

/** A source whose checkout is one file, `file`, with that text; `before` comes first. */
export const sourceThat = (parts: {
  path: string;
  file: string;
  before?: (signal: AbortSignal) => Promise<void>;
}): LaunchSource => ({
  url: 'https://example.com/code.git',
  commit: '0'.repeat(40),
  path: parts.path,
  async checkout(dir, signal) {
    await parts.before?.(signal);
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'file'), parts.file);
  },
  ref: null,
  submodules: false,
  lfs: false,
  credential: async () => null,
});

/** Closed until it is opened. */
export const gate = (): { passed: Promise<void>; open(): void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
};

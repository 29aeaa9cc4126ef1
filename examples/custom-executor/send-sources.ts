import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Launch } from '@runyard/core';

/** Checks the sources out here, where the credentials are, and hands them on as one tar. */
export const sendSources = async (
  { sources, onProgress }: Pick<Launch, 'sources' | 'onProgress'>,
  signal: AbortSignal,
  send: (tar: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<void> => {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-webhook-'));
  try {
    onProgress({ state: 'waiting', phase: 'sources', at: Date.now() });
    // Folders above before folders below, since one source may lie in another.
    for (const source of [...sources].sort((a, b) => depth(a.path) - depth(b.path)))
      await source.checkout(join(dir, source.path), signal);
    const options = { encoding: 'buffer', maxBuffer: 2 ** 30, signal } as const;
    const { stdout } = await promisify(execFile)('tar', ['-cf', '-', '-C', dir, '.'], options);
    await send(new Uint8Array(stdout));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

const depth = (path: string): number => (path === '.' ? 0 : path.split('/').length);

import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Host, infrastructureFailed, type Launch } from '@runyard/core';
import { fillWorkspace } from '@runyard/core/executor-kit';

/** The sources of an attempt, checked out on this side, where git and the credentials are. Dispose it once they are sent. */
export const checkOut = async (
  launch: Launch,
  { dataDir, clock }: Pick<Host, 'dataDir' | 'clock'>,
  signal: AbortSignal,
): Promise<{ workspace: string } & AsyncDisposable> => {
  const workspace = await newFolder(uploadsDir(dataDir));
  inUse.add(workspace);
  const dispose = async (): Promise<void> => {
    await rm(workspace, { recursive: true, force: true, maxRetries: 3 });
    inUse.delete(workspace);
  };
  try {
    await fillWorkspace({ workspace }, launch, { clock, signal });
    return { workspace, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
};

const newFolder = async (uploads: string): Promise<string> => {
  try {
    await mkdir(uploads, { recursive: true, mode: 0o700 });
    return await mkdtemp(join(uploads, 'u-'));
  } catch (error) {
    throw infrastructureFailed(
      'sources-unwritable',
      `Its sources cannot be checked out on the host: ${error instanceof Error ? error.message : String(error)}.`,
      error,
    );
  }
};

/** Removes what a process that was killed has left there: the data directory is ours alone, so whatever is not in use here is nobody's. */
export const clearUploads = async (dataDir: string): Promise<void> => {
  const left = await readdir(uploadsDir(dataDir)).catch(() => []);
  for (const name of left) {
    const path = join(uploadsDir(dataDir), name);
    if (!inUse.has(path)) await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
};

// Of all executors of this process: several engines may share a data directory.
const inUse = new Set<string>();

const uploadsDir = (dataDir: string): string => join(dataDir, 'docker-uploads');

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitCall, git } from './git.ts';

const enough = 24;

/**
 * Each fetch that brings something adds a pack. Now and then the small ones are put together; objects that nothing
 * leads to any more stay, since a run may have recorded such a commit. A failure costs nothing but a slower next fetch.
 */
export async function packTogether(mirror: string, call: GitCall): Promise<void> {
  try {
    const packs = (await readdir(join(mirror, 'objects', 'pack'))).filter((name) => name.endsWith('.pack'));
    if (packs.length <= enough) return;
    await git(['repack', '--geometric=2', '-d'], call);
  } catch {
    call.signal.throwIfAborted();
  }
}

import { constants } from 'node:fs';
import { copyFile, link, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives a repository the mirror's objects as hard links: as fast as sharing them by `alternates`, but the checkout
 * stands by itself. A job keeps its history when the mirror is repacked or removed, when it outlives the host, and in
 * a container that does not see the data directory. On another file system they are copied.
 */
export async function linkObjects(mirror: string, gitDir: string): Promise<void> {
  const [from, to] = [mirror, gitDir].map((dir) => join(dir, 'objects', 'pack')) as [string, string];
  for (let tries = 0; ; tries++) {
    const names = (await readdir(from)).filter((name) => /^pack-[0-9a-f]+\.(pack|rev|idx)$/.test(name));
    // A pack counts from the moment that its index is there, so that one comes last.
    const [indexes, rest] = [names.filter(isIndex), names.filter((name) => !isIndex(name))];
    try {
      for (const group of [rest, indexes]) {
        await Promise.all(group.map((name) => linkOrCopy(join(from, name), join(to, name))));
      }
      return;
    } catch (error) {
      // The mirror is being repacked: the new pack is there before the old ones go.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 10) throw error;
    }
  }
}

const isIndex = (name: string): boolean => name.endsWith('.idx');

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code === 'ENOENT') throw error;
    await copyFile(from, to, constants.COPYFILE_FICLONE); // another file system, or one without links
  }
}

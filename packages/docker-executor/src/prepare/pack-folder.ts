import { type FileHandle, lstat, open, readdir, readlink } from 'node:fs/promises';
import { infrastructureFailed } from '@runyard/core';
import { entry, type Header, type Pack } from '../engine/tar.ts';
import { rawName } from './raw-name.ts';

export interface Folder {
  path: Buffer;
  /** In the tar. */
  name: Buffer;
  owned: Pick<Header, 'uid' | 'gid' | 'mtime'>;
}

/**
 * What lies in a folder of this machine, as it is: names are bytes, and need be no UTF-8. Modes and symlinks are kept; owners and times are
 * not, and nothing but files, folders and symlinks comes out of a checkout. What cannot be read is an `infrastructureFailed`.
 */
export const packFolder = async (tar: Pack, { path, name, owned }: Folder): Promise<void> => {
  for (const child of await reading(path, readdir(path, { withFileTypes: true, encoding: 'buffer' }))) {
    const at = { path: joined(path, child.name), name: joined(name, child.name), owned };
    const { mode, size } = await reading(at.path, lstat(at.path));
    const header = { ...owned, mode: mode & 0o777 };
    if (child.isDirectory()) {
      const folder = rawName(tar, 'path', joined(at.name, Buffer.alloc(0)));
      await entry(tar, { ...header, name: folder, type: 'directory' });
      await packFolder(tar, at);
    } else if (child.isSymbolicLink()) {
      const linkname = rawName(tar, 'link', await reading(at.path, readlink(at.path, { encoding: 'buffer' })));
      await entry(tar, { ...header, name: rawName(tar, 'path', at.name), type: 'symlink', linkname });
    } else if (child.isFile()) await packFile(tar, { ...header, name: rawName(tar, 'path', at.name), size }, at.path);
  }
};

const packFile = async (tar: Pack, header: Header & { size: number }, path: Buffer): Promise<void> => {
  const source = await reading(path, open(path, 'r'));
  try {
    await sendFile(tar, header, { source, path });
  } finally {
    await source.close();
  }
};

// As many bytes as its header says, also where it grows meanwhile.
const sendFile = (
  tar: Pack,
  header: Header & { size: number },
  { source, path }: { source: FileHandle; path: Buffer },
): Promise<void> =>
  new Promise<void>((resolve, reject) => {
    const sink = tar.entry(header, (error) => (error ? reject(error) : resolve()));
    if (header.size === 0) {
      sink.end(Buffer.alloc(0));
      return;
    }
    let sent = 0;
    const fail = (cause: unknown): void => {
      reject(unreadable(path, cause));
      sink.destroy();
    };
    const from = source.createReadStream({ autoClose: false, end: header.size - 1 });
    from.on('data', (bytes) => {
      sent += bytes.length;
    });
    from.on('error', fail);
    from.once('end', () =>
      sent < header.size ? fail(new Error('it became shorter while it was read')) : sink.end(Buffer.alloc(0)),
    );
    from.pipe(sink, { end: false });
  });

const reading = async <T>(path: Buffer, read: Promise<T>): Promise<T> => {
  try {
    return await read;
  } catch (error) {
    throw unreadable(path, error);
  }
};

const unreadable = (path: Buffer, cause: unknown) =>
  infrastructureFailed(
    'sources-unreadable',
    `What was checked out cannot be read on the host (${path}): ${cause instanceof Error ? cause.message : String(cause)}.`,
    cause,
  );

const joined = (folder: Buffer, name: Buffer): Buffer => Buffer.concat([folder, Buffer.from('/'), name]);

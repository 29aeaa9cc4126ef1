import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Launch } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import { type Header, type Pack, pack } from '../engine/tar.ts';
import { inside, notes } from '../inside.ts';
import { wrapper } from '../start/wrapper.ts';
import type { ContainerUser } from './container-user.ts';

export interface Filling {
  engine: Engine;
  id: string;
  launch: Pick<Launch, 'script'>;
  /** What the workspace begins with; null: nothing. */
  checkout: string | null;
  user: ContainerUser;
  signal: AbortSignal;
}

/** Sends an attempt's folders, script and sources into the volume of its container, in one tar. */
export const fillVolume = async ({ engine, id, launch, checkout, user, signal }: Filling): Promise<void> => {
  const tar = pack();
  const writing = write(tar, { launch, checkout, user }).then(
    () => tar.finalize(),
    (error: Error) => tar.destroy(error),
  );
  const query = { path: inside.root, noOverwriteDirNonDir: true };
  await engine.send({ path: `/containers/${id}/archive`, query, signal }, tar as AsyncIterable<Uint8Array>);
  await writing;
};

const write = async (
  tar: Pack,
  { launch, checkout, user }: Pick<Filling, 'launch' | 'checkout' | 'user'>,
): Promise<void> => {
  const owned = { uid: user.uid, gid: user.gid, mtime: new Date() };
  await entry(tar, { ...owned, name: './', type: 'directory', mode: 0o755 });
  for (const name of ['state', 'home', 'scratch', 'tmp', 'workspace'])
    await entry(tar, { ...owned, name: `./${name}/`, type: 'directory', mode: 0o755 });
  await entry(tar, { ...owned, name: './wrapper', mode: 0o444 }, wrapper);
  await entry(tar, { ...owned, name: './script', mode: 0o444 }, launch.script.text);
  await entry(tar, { ...owned, name: `./state/${notes.exit}`, mode: 0o644 }, `${' '.repeat(255)}\n`);
  await entry(tar, { ...owned, name: `./state/${notes.phase}`, mode: 0o644 }, '');
  if (checkout !== null) await folder(tar, { path: checkout, name: './workspace', owned });
};

interface Folder {
  path: string;
  name: string;
  owned: Pick<Header, 'uid' | 'gid' | 'mtime'>;
}

// Modes and symlinks are kept; owners and times are not, and nothing but files, folders and symlinks comes out of a checkout.
const folder = async (tar: Pack, { path, name, owned }: Folder): Promise<void> => {
  for (const child of await readdir(path, { withFileTypes: true })) {
    const at = { path: join(path, child.name), name: `${name}/${child.name}`, owned };
    const { mode, size } = await lstat(at.path);
    const header = { ...owned, name: at.name, mode: mode & 0o777 };
    if (child.isDirectory()) {
      await entry(tar, { ...header, name: `${at.name}/`, type: 'directory' });
      await folder(tar, at);
    } else if (child.isSymbolicLink())
      await entry(tar, { ...header, type: 'symlink', linkname: await readlink(at.path) });
    else if (child.isFile()) await file(tar, { ...header, size }, at.path);
  }
};

const file = async (tar: Pack, header: Header, path: string): Promise<void> => {
  const source = await open(path, 'r');
  try {
    await new Promise<void>((resolve, reject) => {
      const sink = tar.entry(header, (error) => (error ? reject(error) : resolve()));
      const from = source.createReadStream({ autoClose: false, ...(header.size ? { end: header.size - 1 } : {}) });
      from.on('error', (error) => sink.destroy(error));
      if (header.size === 0) sink.end(Buffer.alloc(0));
      else from.pipe(sink);
    });
  } finally {
    await source.close();
  }
};

const entry = (tar: Pack, header: Header, text?: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve());
    if (text === undefined) tar.entry(header, done);
    else tar.entry(header, text, done);
  });

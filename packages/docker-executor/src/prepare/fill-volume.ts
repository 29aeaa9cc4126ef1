import { isAttemptFailed, type Launch } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import { entry, type Pack, pack } from '../engine/tar.ts';
import { inside, notes } from '../inside.ts';
import { wrapper } from '../start/wrapper.ts';
import type { ContainerUser } from './container-user.ts';
import { packFolder } from './pack-folder.ts';

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
  let unread: unknown;
  const writing = write(tar, { launch, checkout, user }).then(
    () => tar.finalize(),
    (error: Error) => {
      if (isAttemptFailed(error)) unread = error;
      tar.destroy(error);
    },
  );
  const query = { path: inside.root, noOverwriteDirNonDir: true };
  try {
    await engine.send({ path: `/containers/${id}/archive`, query, signal }, tar as AsyncIterable<Uint8Array>);
    await writing;
  } catch (error) {
    signal.throwIfAborted();
    // What could not be read here ends the upload too, and is not the engine's doing.
    throw unread ?? error;
  }
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
  if (checkout !== null)
    await packFolder(tar, { path: Buffer.from(checkout), name: Buffer.from('./workspace'), owned });
};

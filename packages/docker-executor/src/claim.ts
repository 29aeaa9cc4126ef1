import type { Engine } from './engine/engine.ts';
import { isRefusal } from './engine/faults.ts';
import { collect, type Header, pack } from './engine/tar.ts';
import { inside, notes } from './inside.ts';
import { readClaim } from './outcome/read-notes.ts';

/**
 * Makes sure that nothing of an attempt will ever run, also where its volume is not filled yet. False: it was claimed before by who
 * runs it, or its container is gone.
 *
 * The wrapper's claim is a file, this one is a directory, and the engine is told to replace neither by the other: so whoever comes
 * first has it. Only then is it safe to remove a container that was seen not to be started, since Docker removes one that ran
 * meanwhile as readily.
 */
export const voidClaim = async (engine: Engine, id: string, signal: AbortSignal): Promise<boolean> => {
  // By a name from the root on, so that the folder above is made where it is missing, and left as it is where it is there.
  const tar = await packed({ name: `state/${notes.claim}/`, type: 'directory', mode: 0o755 });
  try {
    await put(engine, { id, path: inside.root, tar }, signal);
    return true;
  } catch (error) {
    if (isRefusal(error, 404)) return false;
    if (isRefusal(error) && (await readClaim(engine, id, signal)) === 'run') return false;
    throw error;
  }
};

/** Notes that the end is ours, before anything is told to end; as far as the job, which may have done anything to its notes, lets us. */
export const noteStop = async (engine: Engine, id: string, signal: AbortSignal): Promise<void> => {
  const tar = await packed({ name: `./${notes.stop}`, type: 'file', mode: 0o644 });
  try {
    await put(engine, { id, path: inside.state, tar }, signal);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
};

// Without the last, the engine would empty a folder that a job has made at that place, however full it is and while the job fills it.
const put = (
  engine: Engine,
  { id, path, tar }: { id: string; path: string; tar: Buffer },
  signal: AbortSignal,
): Promise<void> =>
  engine.send({ path: `/containers/${id}/archive`, query: { path, noOverwriteDirNonDir: true }, signal }, tar);

const packed = async (header: Header): Promise<Buffer> => {
  const tar = pack();
  if (header.type === 'directory') tar.entry(header);
  else tar.entry(header, '');
  tar.finalize();
  return collect(tar);
};

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ExecutorConflict } from '../../domain/errors.ts';
import { type AttemptFailed, infrastructureFailed } from '../../domain/run/launch-errors.ts';
import type { Launch } from '../../ports/executor.ts';
import type { Host } from '../../ports/host.ts';
import { fillWorkspace } from '../shared/executor-kit/fill-workspace.ts';
import { type AttemptFolder, attemptFolder, attemptsDir } from './attempt-folder.ts';
import { readClaim } from './claim.ts';
import { asSourceFault } from './faults.ts';
import { exists, isAbsent } from './files.ts';
import { isSafe, type ProcessHandle, parseFolderName } from './handle.ts';
import type { Launcher } from './launcher.ts';
import { discard } from './remove.ts';

export interface PrepareOptions {
  host: Host;
  launcher: Launcher;
  signal: AbortSignal;
}

/** A folder with the checkout and the script; nothing of it runs. One that was started is left as it is, an inert one is made anew. */
export const prepareAttempt = async (launch: Launch, options: PrepareOptions): Promise<ProcessHandle> => {
  const { host } = options;
  const label = { v: 1 as const, place: host.place, installation: launch.installation, key: launch.key };
  if (!isSafe(label.installation) || !isSafe(label.key))
    throw new TypeError(`not a key that can name a folder: ${label.key}`);
  for (const id of await idsOf(host.dataDir, label)) {
    const found = attemptFolder(host.dataDir, { ...label, id });
    if (!(await discard(found))) return found.handle; // started
  }
  const folder = attemptFolder(host.dataDir, { ...label, id: host.entropy.id().slice(0, 16) });
  try {
    await fill(folder, launch, options);
    return folder.handle;
  } catch (error) {
    const tooLate = isAbsent(error) && !(await exists(folder.state));
    await discard(folder).catch(() => {}); // the first fault is the one to tell; the sweeper finds what is left
    throw tooLate ? superseded(launch.key) : error;
  }
};

// The ids under which this key lies here, whole or half-made.
const idsOf = async (dataDir: string, label: { installation: string; key: string }): Promise<string[]> => {
  const parent = join(attemptsDir(dataDir), label.installation);
  return (await entriesOf(parent)).flatMap((entry) => {
    const name = entry.name.startsWith('.') ? null : parseFolderName(entry.name);
    if (name === null || name.key !== label.key) return [];
    if (entry.isDirectory()) return [name.id];
    throw new ExecutorConflict(
      `${join(parent, entry.name)} has the name of the attempt ${label.key} and is no folder of ours. It was not touched: look at it, and move it away.`,
    );
  });
};

const entriesOf = async (path: string): Promise<Dirent[]> => {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
};

const fill = async (
  folder: AttemptFolder,
  launch: Launch,
  { host, launcher, signal }: PrepareOptions,
): Promise<void> => {
  signal.throwIfAborted();
  const folders = [
    { path: dirname(folder.path), recursive: true },
    ...[folder.path, folder.state, folder.workspace, folder.scratch].map((path) => ({ path })),
  ];
  const files = [
    { path: folder.script, text: launch.script.text },
    { path: folder.exitRoom, text: `${' '.repeat(255)}\n` },
    { path: folder.phase, text: '' },
    ...(launch.gpus.length > 0 ? [{ path: folder.gpus, text: launch.gpus.map((uuid) => `${uuid}\n`).join('') }] : []),
    { path: folder.ready, text: '' },
  ];
  if (launch.sources.length === 0) await launcher.layOut({ folders, files });
  else {
    await launcher.layOut({ folders, files: [] });
    await fillWorkspace(folder, launch, { clock: host.clock, signal }).catch((error: unknown) => {
      throw asSourceFault(error, host.dataDir);
    });
    signal.throwIfAborted();
    await launcher.layOut({ folders: [], files });
  }
  // Whoever prepares the key after us removes what we made so far, and then we are too late.
  const [claim, whole] = await Promise.all([readClaim(folder), exists(folder.path)]);
  if (claim.kind === 'none' && whole) return;
  throw superseded(launch.key);
};

const superseded = (key: string): AttemptFailed =>
  infrastructureFailed('superseded', `The attempt ${key} was prepared anew while this preparation was still going on.`);

import type { Clock } from '../../ports/clock.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { readClaim } from './claim.ts';
import { exists } from './files.ts';
import { thisMachine } from './machine.ts';
import { deleteTree } from './remove.ts';
import { lookAtTree } from './tree.ts';

/**
 * Removes the secret files in memory of an attempt that has ended, once nothing of it lives that could read them. What its command has left running keeps
 * them until the attempt is removed; so does whatever fails here.
 */
export const dropSecretFiles = async (
  folder: AttemptFolder,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> => {
  try {
    if (!(await exists(folder.memory))) return;
    for (let looks = 1; await isAlive(folder); looks++) {
      if (looks === mostLooks) return;
      await clock.sleep(supervisorEndsMs, signal);
    }
    await deleteTree(folder.memory);
  } catch {
    // It goes with its attempt.
  }
};

// Its supervisor has written the exit status and is about to end, too.
const mostLooks = 10;
const supervisorEndsMs = 10;

// Twice, since a process that just becomes another program shows no environment for a moment.
const isAlive = async (folder: AttemptFolder): Promise<boolean> => {
  const claim = await readClaim(folder);
  const id = claim.kind === 'run' ? claim.supervisor : null;
  const machine = await thisMachine();
  for (let look = 1; look <= 2; look++) {
    const { supervisor, members } = await lookAtTree(folder.handle.key, id, machine);
    if (supervisor !== null || members.length > 0) return true;
  }
  return false;
};

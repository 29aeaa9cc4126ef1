import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Holder, readHolder } from '../../../adapters/data-dir/holder.ts';
import { isLocked } from '../../../adapters/shared/exclusive-lock.ts';
import { type Finding, note, ok, warning } from '../finding.ts';

/** Who holds the data directory. The lock alone decides; the holder's note only names who it was. */
export const checkHolder = async (dir: string): Promise<Finding[]> => {
  const file = join(dir, 'lock.db');
  if (!existsSync(file)) return [note('holder', 'No host has held this directory yet.')];
  const holder = await readHolder(dir);
  try {
    return [isLocked(file) ? held(holder) : free(holder)];
  } catch (error) {
    return [
      warning(
        'holder',
        `Whether a host holds this directory cannot be told: ${(error as Error).message}.`,
        "Call this as the host's user.",
      ),
    ];
  }
};

const held = (holder: Holder | null): Finding => {
  if (!holder) return ok('holder', 'Held by a host that has not said who it is.');
  const who = `Held by process ${holder.pid} on ${holder.host} since ${new Date(holder.since).toISOString()}`;
  return isGone(holder)
    ? warning(
        'holder',
        `${who}, which does not run here any more, but the lock is held.`,
        'Look for another process, or container, that has lock.db open.',
      )
    : ok('holder', `${who}.`);
};

const free = (holder: Holder | null): Finding =>
  ok('holder', holder ? `Free. Held last by process ${holder.pid} on ${holder.host}.` : 'Free.');

// Only on its own machine can a process be looked for.
const isGone = ({ pid, host }: Holder): boolean => {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as { code?: string }).code === 'ESRCH';
  }
};

import { statfs } from 'node:fs/promises';
import { type Finding, ok, warning, wrong } from '../finding.ts';

const MiB = 2 ** 20;

/** There is room, and the file system locks. */
export const checkDisk = async (dir: string): Promise<Finding[]> => {
  const { bavail, bsize, files, ffree, type } = await statfs(dir);
  return [room(dir, bavail * bsize), ...inodes(dir, files, ffree), locks(dir, type)];
};

const room = (dir: string, bytes: number): Finding => {
  const says = `${Math.floor(bytes / MiB)} MiB are free at ${dir}.`;
  if (bytes < 64 * MiB) return wrong('room', says, 'Make room: runs and logs wait until there is some.');
  return bytes < 1024 * MiB ? warning('room', says, 'Make room before it is full.') : ok('room', says);
};

const inodes = (dir: string, all: number, free: number): Finding[] =>
  all > 0 && free < 1_000
    ? [wrong('room', `Only ${free} more files can be made at ${dir}.`, 'Remove files there.')]
    : [];

const locks = (dir: string, type: number): Finding => {
  const name = remote[type];
  if (name !== undefined)
    return wrong(
      'file system',
      `${dir} is on ${name}, a network file system: its locks do not hold as SQLite and the data directory need them.`,
      'Move the data directory to a local disk; many hosts share a PostgreSQL store.',
    );
  const doubtful = perhaps[type];
  if (doubtful !== undefined)
    return warning(
      'file system',
      `${dir} is on ${doubtful}: whether its locks hold depends on what is behind it.`,
      'Move the data directory to a local disk if it is the network.',
    );
  return ok('file system', 'Local.');
};

// Magic numbers of statfs(2) on Linux; elsewhere they mean nothing, and say nothing.
const remote: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  1397113167: 'AFS',
  12805120: 'Ceph',
  198183888: 'Lustre',
  1937076805: 'Coda',
};

const perhaps: Readonly<Record<number, string>> = {
  1702057286: 'FUSE',
  16914839: '9p',
};

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export type Process = { pid: number; command: string };

// Living descendants of this process, and attempts (they outlive their parent on purpose) that belong to `folder`.
// Read from /proc, so elsewhere than on Linux it finds none.
export function leftProcesses(folder: string): Process[] {
  const all = listProcesses();
  const ours = new Set([process.pid]);
  for (let found = 0; found !== ours.size; ) {
    found = ours.size;
    for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
  }
  ours.delete(process.pid);
  return all
    .filter(({ pid }) => ours.has(pid) || isAttemptIn(folder, pid))
    .map(({ pid }) => ({ pid, command: commandOf(pid) }));
}

// The types of handle of which there are more than before, and by how many.
export function leftHandles(before: string[], now: string[]): string[] {
  const left = [...now];
  for (const type of before) {
    const at = left.indexOf(type);
    if (at !== -1) left.splice(at, 1);
  }
  return left;
}

// Living processes of attempts that belong to `folder`, whosever children they are.
export function attemptsIn(folder: string): Process[] {
  return listProcesses()
    .filter(({ pid }) => isAttemptIn(folder, pid))
    .map(({ pid }) => ({ pid, command: commandOf(pid) }));
}

export function leftFolders(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('runyard-'));
}

function listProcesses(): { pid: number; parent: number }[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // `pid (command) state parent …`; the command may hold spaces and brackets.
      const [state, parent] = read(name, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ');
      return parent === undefined || state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent) }];
    });
}

function isAttemptIn(folder: string, pid: number): boolean {
  const environment = read(pid, 'environ');
  if (!/(^|\0)RUNYARD_ATTEMPT=/.test(environment)) return false;
  return [environment, read(pid, 'cmdline'), folderOf(pid)].some((text) => text.includes(folder));
}

function commandOf(pid: number): string {
  return read(pid, 'cmdline').replaceAll('\0', ' ').trim();
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(join('/proc', String(pid), 'cwd'));
  } catch {
    return '';
  }
}

// A process may end while we look: then there is nothing to read.
function read(pid: number | string, file: string): string {
  try {
    return readFileSync(join('/proc', String(pid), file), 'utf8');
  } catch {
    return '';
  }
}

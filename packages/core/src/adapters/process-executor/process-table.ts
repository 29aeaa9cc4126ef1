import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { outputOf } from './output-of.ts';

export interface ProcessEntry {
  pid: number;
  parent: number;
  session: number;
  /** As the supervisor writes it into its claim: clock ticks since boot on Linux, a date on macOS. */
  start: string;
  /** Value of RUNYARD_ATTEMPT in its environment; null without, or where we may not look. */
  marker: string | null;
}

/** All living processes that we can see. Who asks while others are being answered shares the next look: what it tells is never older than the question. */
export const processTable = (): Promise<ProcessEntry[]> => {
  next ??= (async () => {
    await current?.catch(() => {});
    current = next;
    next = undefined;
    return process.platform === 'darwin' ? darwinTable() : linuxTable();
  })();
  return next;
};

let current: Promise<ProcessEntry[]> | undefined;
let next: Promise<ProcessEntry[]> | undefined;

/** One of them, without its marker; null when it is gone, or a zombie. */
export const processEntry = async (pid: number): Promise<ProcessEntry | null> =>
  process.platform === 'darwin' ? ((await darwinTable([`-p${pid}`]))[0] ?? null) : linuxEntry(String(pid));

// Reading /proc/<pid>/stat never waits for anyone; an environment may, for a process that hangs in the kernel, so it is
// read on the thread pool.
const linuxTable = async (): Promise<ProcessEntry[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries: ProcessEntry[] = [];
  for (let i = 0; i < pids.length; i += atOnce) {
    const seen = pids.slice(i, i + atOnce).flatMap((pid) => linuxEntry(pid) ?? []);
    entries.push(...(await Promise.all(seen.filter(isOfUserSpace).map(withMarker))));
  }
  return entries;
};

// Few enough that the host's event loop does not feel the reads that are not on the pool.
const atOnce = 8;

// Threads of the kernel are children of the second process, in a session of none.
const isOfUserSpace = ({ session, parent }: ProcessEntry): boolean => session !== 0 || parent > 2;

const linuxEntry = (pid: string): ProcessEntry | null => {
  const stat = statOf(pid);
  // `pid (command) state parent group session …`; the command may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
  const [state, parent, , session] = fields;
  const start = fields[19];
  if (start === undefined || state === 'Z' || state === 'X') return null;
  return { pid: Number(pid), parent: Number(parent), session: Number(session), start, marker: null };
};

// A process may end while we look, and some may not be looked at.
const statOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
};

const withMarker = async (entry: ProcessEntry): Promise<ProcessEntry> => {
  try {
    return { ...entry, marker: markerIn((await readFile(`/proc/${entry.pid}/environ`, 'utf8')).split('\0')) };
  } catch {
    return entry;
  }
};

const markerIn = (variables: readonly string[]): string | null =>
  variables.find((variable) => variable.startsWith(prefix))?.slice(prefix.length) ?? null;

const prefix = 'RUNYARD_ATTEMPT=';

// Untested. macOS shows no session ids; the process group stands in for it, since a supervisor leads one.
const darwinTable = async (which: readonly string[] = ['-ax']): Promise<ProcessEntry[]> => {
  const options = ['-Eww', ...which, '-o', 'pid=,ppid=,pgid=,stat=,lstart=,command='];
  const stdout = await outputOf('/bin/ps', options);
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s(.*)$/.exec(line);
    if (!match || match[4]?.startsWith('Z')) return [];
    const [, pid, parent, session, , start = '', command = ''] = match;
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        session: Number(session),
        start,
        marker: markerIn(command.split(' ')),
      },
    ];
  });
};

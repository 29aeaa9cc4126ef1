import type { ProcessId } from './claim.ts';
import type { Machine } from './machine.ts';
import { type ProcessEntry, processEntry, processTable } from './process-table.ts';

/** What of an attempt is alive. */
export interface Tree {
  /** The supervisor lives: same boot, namespace, pid and start time. */
  supervisor: ProcessEntry | null;
  /** Everything else of the attempt. */
  members: ProcessEntry[];
}

/** The living supervisor of a claim; null where it is gone, or cannot be told for sure from this namespace. */
export const livingSupervisor = async (id: ProcessId, machine: Machine): Promise<ProcessEntry | null> => {
  if (id.boot !== machine.boot || id.namespace !== machine.namespace) return null;
  const entry = await processEntry(id.pid);
  return entry !== null && entry.start === id.start ? entry : null;
};

/** Looks at all processes. After another boot there is nothing left to look for. */
export const lookAtTree = async (key: string, id: ProcessId | null, machine: Machine): Promise<Tree> => {
  if (id !== null && id.boot !== machine.boot) return { supervisor: null, members: [] };
  const supervisor = id === null ? null : await livingSupervisor(id, machine);
  return { supervisor, members: membersOf(key, supervisor, await processTable()) };
};

/**
 * Whoever carries the marker; while the supervisor lives, whoever is in its session; and the children of these, which catches
 * those that overwrote their environment. Never the supervisor, ourselves, or what carries the marker of another attempt.
 */
export const membersOf = (
  key: string,
  supervisor: ProcessEntry | null,
  table: readonly ProcessEntry[],
): ProcessEntry[] => {
  const found = new Set<number>(supervisor === null ? [] : [supervisor.pid]);
  const belongs = ({ marker, session, parent }: ProcessEntry): boolean =>
    marker === null ? session === supervisor?.pid || found.has(parent) : marker === key;
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const entry of table) if (entry.pid > 1 && entry.pid !== process.pid && belongs(entry)) found.add(entry.pid);
  }
  return table.filter(({ pid }) => found.has(pid) && pid !== supervisor?.pid);
};

/** Signals a process if it is still the one that was seen. */
export const signal = async (seen: ProcessEntry, name: NodeJS.Signals): Promise<void> => {
  const now = await processEntry(seen.pid);
  if (now === null || now.start !== seen.start) return;
  try {
    process.kill(seen.pid, name);
  } catch {
    // Gone meanwhile, or another user's: then it shows in the next look.
  }
};

import type { AttemptFolder } from './attempt-folder.ts';
import { createNote, readNote } from './files.ts';

/**
 * What became of an attempt, by its claim file. Whoever makes the file first decides: a supervisor that runs it, `stop`
 * before it was started, or `remove` and a newer `prepare`, which void it.
 */
export type Claim =
  | { kind: 'none' }
  /** Its supervisor is writing it, or was killed while it did. */
  | { kind: 'torn' }
  | { kind: 'void' }
  | { kind: 'stopped'; at: number }
  | { kind: 'run'; at: number; supervisor: ProcessId };

/** A process, beyond doubt: pids are used again, start times in one boot and namespace are not. */
export interface ProcessId {
  boot: string;
  namespace: string;
  pid: number;
  start: string;
}

export const readClaim = async (folder: AttemptFolder): Promise<Claim> => {
  const note = await readNote(folder.claim);
  return note === null ? { kind: 'none' } : parseClaim(note.text, note.at);
};

/** True: nothing of it will ever run, and nothing has. False: it was claimed before, or is gone. */
export const voidClaim = (folder: AttemptFolder): Promise<boolean> => createNote(folder.claim, 'void\n');

/** As above; who waits for it is told that it was stopped. */
export const stopUnclaimed = (folder: AttemptFolder): Promise<boolean> => createNote(folder.claim, 'stopped\n');

/** Written by the supervisor, line by line. */
export const parseClaim = (text: string, at: number): Claim => {
  const lines = text.split('\n');
  if (lines[0] === 'void') return { kind: 'void' };
  if (lines[0] === 'stopped') return { kind: 'stopped', at };
  const [word, boot, namespace, pid, start, end] = lines;
  if (word !== 'run' || end !== 'end' || !boot || namespace === undefined || !pid || start === undefined)
    return { kind: 'torn' };
  return { kind: 'run', at, supervisor: { boot, namespace, pid: Number(pid), start } };
};

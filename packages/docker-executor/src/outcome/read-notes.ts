import { type PhaseNote, parsePhaseNote } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import { isRefusal, unavailable } from '../engine/faults.ts';
import { readTar } from '../engine/tar.ts';
import { inside, notes } from '../inside.ts';

/** What lies in an attempt's folder of notes. */
export interface Notes {
  /** Whose the attempt is: a wrapper's that ran it, or nobody's any more. */
  claim: 'none' | 'run' | 'void';
  exit: ExitNote | null;
  phase: PhaseNote | null;
  /** We ordered the end. */
  ordered: boolean;
}

/** What the wrapper wrote when its script ended. */
export interface ExitNote {
  status: number;
  /** The shell said that a signal ended it; else a status above 128 is an exit code of the command's own. */
  signalled: boolean;
  /** The container was told to end. */
  interrupted: boolean;
  at: number;
}

/** All notes in one request. */
export const readNotes = async (engine: Engine, id: string, signal: AbortSignal): Promise<Notes> => {
  const query = { path: `${inside.state}/.` };
  const tar = await engine.ask<unknown>({ method: 'GET', path: `/containers/${id}/archive`, query, signal });
  if (!Buffer.isBuffer(tar)) throw unavailable('The Docker engine answered with something else than an archive.');
  const files = await filesOf(tar);
  const claim = files.get(notes.claim);
  return {
    claim: claim === undefined ? 'none' : claim.directory ? 'void' : 'run',
    exit: parseExit(files.get(notes.exit)),
    phase: parsePhaseNote(files.get(notes.phase)?.text ?? ''),
    ordered: files.has(notes.stop),
  };
};

/** Whether it succeeded, by one note alone, which costs the engine a twentieth of reading them all. */
export const isDone = async (engine: Engine, id: string, signal: AbortSignal): Promise<boolean> => {
  try {
    const query = { path: `${inside.state}/${notes.done}` };
    await engine.ask({ method: 'HEAD', path: `/containers/${id}/archive`, query, signal });
    return true;
  } catch (error) {
    if (isRefusal(error, 404)) return false;
    throw error;
  }
};

interface NoteFile {
  directory: boolean;
  text: string;
  at: number;
}

const filesOf = async (tar: Buffer): Promise<Map<string, NoteFile>> => {
  const files = new Map<string, NoteFile>();
  for await (const { header, bytes } of readTar(tar)) {
    const { name, type, mtime } = header;
    const key = name.replace(/\/$/, '').split('/').at(-1) ?? '';
    files.set(key, { directory: type === 'directory', text: bytes.toString('utf8'), at: mtime?.getTime() ?? 0 });
  }
  return files;
};

// null: not yet whole. What comes behind `end` is the room that was taken beforehand.
const parseExit = (file: NoteFile | undefined): ExitNote | null => {
  const [status, signalled, interrupted, end] = file?.text.split('\n') ?? [];
  if (file === undefined || end !== 'end' || !/^\d+$/.test(status ?? '')) return null;
  return { status: Number(status), signalled: signalled === '1', interrupted: interrupted === '1', at: file.at };
};

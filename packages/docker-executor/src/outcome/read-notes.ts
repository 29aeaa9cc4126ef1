import { setTimeout as sleep } from 'node:timers/promises';
import type { PhaseNote } from '@runyard/core';
import { readFile, type SmallFile, statFile } from '../engine/container-files.ts';
import type { Engine } from '../engine/engine.ts';
import { isRefusal } from '../engine/faults.ts';
import { inside, notes } from '../inside.ts';
import { parsePhase } from './parse-phase.ts';

/** What lies in an attempt's folder of notes. The job can write there too: what it makes of its own outcome is its business. */
export interface Notes {
  /** Whose the attempt is: a wrapper's that ran it, or nobody's any more. */
  claim: Claim;
  exit: ExitNote | null;
  phase: PhaseNote | null;
  /** We ordered the end. */
  ordered: boolean;
}

export type Claim = 'none' | 'run' | 'void';

/** What the wrapper wrote when its script ended. */
export interface ExitNote {
  status: number;
  /** The shell said that a signal ended it; else a status above 128 is an exit code of the command's own. */
  signalled: boolean;
  /** The container was told to end. */
  interrupted: boolean;
  at: number;
}

/** Each by its own path, so that what else lies there is never read, however much it is. null: the folder is gone, or the engine refuses to look into it. */
export const readNotes = async (engine: Engine, id: string, signal: AbortSignal): Promise<Notes | null> => {
  for (let tries = 1; ; tries++) {
    const found = await tryToRead(engine, id, signal);
    // An engine that is short of something, or about to stop, finds or shows nothing for a moment, and then it is gone or well again; what
    // the job has done to the folder stays as it is.
    if (found || tries === mostTries) return found;
    await sleep(pauseMs, undefined, { signal, ref: false });
  }
};

const tryToRead = async (engine: Engine, id: string, signal: AbortSignal): Promise<Notes | null> => {
  try {
    const folder = await statFile(engine, { id, path: inside.state }, signal);
    return folder?.type === 'directory' ? await readAll(engine, id, signal) : null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return null;
  }
};

const mostTries = 20;
const pauseMs = 500;

const readAll = async (engine: Engine, id: string, signal: AbortSignal): Promise<Notes> => ({
  claim: await readClaim(engine, id, signal),
  ordered: (await statFile(engine, { id, path: pathOf('stop') }, signal)) !== null,
  exit: parseExit(await readNote(engine, { id, name: 'exit' }, signal)),
  phase: parsePhase((await readNote(engine, { id, name: 'phase' }, signal))?.text ?? ''),
});

export const readClaim = async (engine: Engine, id: string, signal: AbortSignal): Promise<Claim> => {
  const claim = await statFile(engine, { id, path: pathOf('claim') }, signal);
  if (claim === null) return 'none';
  return claim.type === 'directory' ? 'void' : 'run';
};

/** Whether it succeeded, by one note alone. */
export const isDone = async (engine: Engine, id: string, signal: AbortSignal): Promise<boolean> => {
  try {
    return (await statFile(engine, { id, path: pathOf('done') }, signal)) !== null;
  } catch (error) {
    if (isRefusal(error)) return false; // the others will tell
    throw error;
  }
};

const readNote = async (
  engine: Engine,
  { id, name }: { id: string; name: keyof typeof notes },
  signal: AbortSignal,
): Promise<SmallFile | null> => {
  const at = { id, path: pathOf(name) };
  const stat = await statFile(engine, at, signal);
  if (stat?.type !== 'file' || stat.size > mostBytes) return null;
  return readFile(engine, { ...at, atMostBytes: mostBytes }, signal);
};

const mostBytes = 16 * 1024;

const pathOf = (name: keyof typeof notes): string => `${inside.state}/${notes[name]}`;

// null: not yet whole. What comes behind `end` is the room that was taken beforehand.
const parseExit = (file: SmallFile | null): ExitNote | null => {
  const [status, signalled, interrupted, end] = file?.text.split('\n') ?? [];
  if (file === null || end !== 'end' || !/^\d{1,3}$/.test(status ?? '')) return null;
  return { status: Number(status), signalled: signalled === '1', interrupted: interrupted === '1', at: file.at };
};

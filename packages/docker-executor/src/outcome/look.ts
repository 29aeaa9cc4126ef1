import type { Inspection, Outcome } from '@runyard/core';
import type { Container } from '../engine/answers.ts';
import type { Engine } from '../engine/engine.ts';
import { isRefusal } from '../engine/faults.ts';
import type { DockerHandle } from '../handle.ts';
import { wrapperExits } from '../inside.ts';
import { finishedAt, outcomeOf } from './outcome-of.ts';
import { isDone, readNotes } from './read-notes.ts';

/** What can be told of an attempt now. `missing` is true only of the engine that was asked. */
export type Look =
  | { state: 'missing' }
  | { state: 'prepared' }
  | { state: 'running'; since: number }
  | { state: 'finished'; since: number | undefined; outcome: Outcome };

/** null: the engine that was asked has no such container. */
export const inspectContainer = async (engine: Engine, id: string, signal: AbortSignal): Promise<Container | null> => {
  if (id === '') return null;
  try {
    return await engine.ask<Container>({ method: 'GET', path: `/containers/${id}/json`, signal });
  } catch (error) {
    if (isRefusal(error, 404)) return null;
    throw error;
  }
};

export const lookAt = async (engine: Engine, { id }: DockerHandle, signal: AbortSignal): Promise<Look> => {
  const container = await inspectContainer(engine, id, signal);
  if (container === null) return { state: 'missing' };
  try {
    return await lookAtContainer(engine, container, signal);
  } catch (error) {
    if (!isRefusal(error, 404)) throw error;
    const again = await inspectContainer(engine, id, signal);
    if (again === null || again.State.Status === 'removing') return { state: 'missing' };
    // The container is there and its folder of notes is not: the job, or somebody, has deleted it.
    const since = finishedAt(again.State.StartedAt);
    if (again.State.Status === 'running') return { state: 'running', since: since ?? 0 };
    const outcome = again.State.ExitCode === wrapperExits.noFolders ? noFolders : notesGone;
    return { state: 'finished', since, outcome };
  }
};

const lookAtContainer = async (engine: Engine, container: Container, signal: AbortSignal): Promise<Look> => {
  switch (container.State.Status) {
    case 'created':
      return { state: 'prepared' };
    case 'running':
    case 'paused':
    case 'restarting':
      return lookAtRunning(engine, container, signal);
    case 'exited':
    case 'dead':
    case 'removing':
      return lookAtEnded(engine, container, signal);
  }
};

// One that still waits for its secrets is as good as not started: who started it may have died.
const lookAtRunning = async (engine: Engine, { Id, State, Config }: Container, signal: AbortSignal): Promise<Look> => {
  if (Config.OpenStdin && (await readNotes(engine, Id, signal)).claim === 'none') return { state: 'prepared' };
  return { state: 'running', since: finishedAt(State.StartedAt) ?? 0 };
};

const lookAtEnded = async (engine: Engine, container: Container, signal: AbortSignal): Promise<Look> => {
  const { ExitCode, StartedAt, FinishedAt } = container.State;
  if (ExitCode === 0 && (await isDone(engine, container.Id, signal)))
    return { state: 'finished', since: finishedAt(StartedAt), outcome: succeededAt(finishedAt(FinishedAt)) };
  const notes = await readNotes(engine, container.Id, signal);
  if (notes.claim === 'none' && container.State.ExitCode === wrapperExits.noSecrets) return { state: 'prepared' };
  const since = notes.claim === 'run' ? finishedAt(container.State.StartedAt) : undefined;
  return { state: 'finished', since, outcome: outcomeOf(container, notes) };
};

const succeededAt = (endedAt: number | undefined): Outcome => ({
  ...{ class: 'exited', code: 0, phase: 'command' },
  ...(endedAt !== undefined && { endedAt }),
});

const noFolders: Outcome = {
  ...{ class: 'start-failed', reason: 'mkdir-missing' },
  sentence: 'Its folders could not be made in its volume: its image has no `mkdir`, or the engine no room.',
};

const notesGone: Outcome = {
  class: 'lost',
  sentence: 'The notes of its container are gone from its volume: nobody knows how it ended.',
};

export const inspectionOf = (look: Look): Inspection =>
  look.state === 'finished' ? { state: 'finished', outcome: look.outcome } : { state: look.state };

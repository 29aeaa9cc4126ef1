import type { Inspection, Outcome } from '@runyard/core';
import type { Container } from '../engine/answers.ts';
import type { Engine } from '../engine/engine.ts';
import { isRefusal } from '../engine/faults.ts';
import type { DockerHandle } from '../handle.ts';
import { wrapperExits } from '../inside.ts';
import { finishedAt, outcomeOf } from './outcome-of.ts';
import { isDone, readNotes } from './read-notes.ts';
import { waitsForSecrets } from './waits-for-secrets.ts';

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

/** What the job has done to its notes is no reason not to tell: then what the engine says of the container has to do. */
export const lookAt = async (engine: Engine, { id }: DockerHandle, signal: AbortSignal): Promise<Look> => {
  const container = await inspectContainer(engine, id, signal);
  switch (container?.State.Status) {
    case undefined:
      return { state: 'missing' };
    case 'created':
      return { state: 'prepared' };
    case 'running':
    case 'paused':
    case 'restarting':
      return lookAtRunning(engine, container as Container, signal);
    case 'exited':
    case 'dead':
    case 'removing':
      return lookAtEnded(engine, container as Container, signal);
  }
};

// One that still waits for its secrets is as good as not started: who started it may have died.
const lookAtRunning = async (engine: Engine, container: Container, signal: AbortSignal): Promise<Look> => {
  if (await waitsForSecrets(engine, container, signal)) return { state: 'prepared' };
  return { state: 'running', since: finishedAt(container.State.StartedAt) ?? 0 };
};

const lookAtEnded = async (engine: Engine, container: Container, signal: AbortSignal): Promise<Look> => {
  const { Id, State } = container;
  const since = finishedAt(State.StartedAt);
  if (State.ExitCode === 0 && (await isDone(engine, Id, signal)))
    return { state: 'finished', since, outcome: succeededAt(finishedAt(State.FinishedAt)) };
  const notes = await readNotes(engine, Id, signal);
  // Of what is removed meanwhile some notes are missing, or all.
  const again = await inspectContainer(engine, Id, signal);
  if (again === null || (again.State.Status === 'removing' && !notes?.exit)) return { state: 'missing' };
  if (notes === null)
    return { state: 'finished', since, outcome: State.ExitCode === wrapperExits.noFolders ? noFolders : notesGone };
  if (State.ExitCode === wrapperExits.noSecrets && (await waitsForSecrets(engine, container, signal)))
    return { state: 'prepared' };
  return {
    state: 'finished',
    since: notes.claim === 'run' ? since : undefined,
    outcome: outcomeOf(container, notes),
  };
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

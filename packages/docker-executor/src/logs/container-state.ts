import type { Inspection } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import type { DockerHandle } from '../handle.ts';
import { inspectContainer } from '../outcome/look.ts';

/** Without its notes, which an engine takes its time to give: whether it has claimed its attempt matters to nobody who reads. */
export const stateOf = async (
  engine: Engine,
  { id }: Pick<DockerHandle, 'id'>,
  signal: AbortSignal,
): Promise<Inspection['state']> => {
  const status = (await inspectContainer(engine, id, signal))?.State.Status;
  if (status === undefined || status === 'removing') return 'missing';
  if (status === 'created') return 'prepared';
  return status === 'exited' || status === 'dead' ? 'finished' : 'running';
};

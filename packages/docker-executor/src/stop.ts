import type { Clock } from '@runyard/core';
import { noteStop, voidClaim } from './claim.ts';
import type { Engine } from './engine/engine.ts';
import type { Events } from './engine/events.ts';
import { isRefusal } from './engine/faults.ts';
import type { DockerHandle } from './handle.ts';
import { inspectContainer, lookAt } from './outcome/look.ts';
import { removeAttempt } from './remove.ts';

export interface StopOptions {
  engine: Engine;
  events: Events;
  clock: Clock;
  graceMs: number;
  signal: AbortSignal;
  /** Called before it is said that the attempt is gone; throws where that cannot be known. */
  verifyPlace(): Promise<void>;
}

/**
 * TERM to everything in the container, KILL after the grace, until it has ended. By our own clock and not by the engine's `stop`, which
 * knows only whole seconds, goes on when the call is aborted, and leaves no room for a second one to be shorter.
 */
export const stopAttempt = async (handle: DockerHandle, options: StopOptions): Promise<void> => {
  const { engine, events, clock, graceMs, signal } = options;
  using watch = events.watch(handle.id);
  await watch.ready(signal);
  if (await isOver(handle, options)) return;
  if (await removedUnstarted(handle, options)) return;
  await noteStop(engine, handle.id, signal);
  const deadline = clock.monotonic() + graceMs;
  await kill(engine, handle.id, 'SIGTERM', signal);
  for (let killed = false; ; ) {
    if (await isOver(handle, options)) return;
    const left = deadline - clock.monotonic();
    if (left <= 0 && !killed) {
      await kill(engine, handle.id, 'SIGKILL', signal);
      killed = true;
      continue;
    }
    await watch.changed(left <= 0 ? killPauseMs : Math.min(left, atMostMs), signal);
    await watch.ready(signal);
  }
};

const killPauseMs = 500;
const atMostMs = 15_000;

const isOver = async (handle: DockerHandle, { engine, signal, verifyPlace }: StopOptions): Promise<boolean> => {
  const container = await inspectContainer(engine, handle.id, signal);
  signal.throwIfAborted();
  if (container === null) await verifyPlace();
  return container === null || !['created', 'running', 'paused', 'restarting'].includes(container.State.Status);
};

// So that it can never be started. False: it was started before.
const removedUnstarted = async (handle: DockerHandle, { engine, clock, signal }: StopOptions): Promise<boolean> => {
  if ((await lookAt(engine, handle, signal)).state !== 'prepared') return false;
  if (!(await voidClaim(engine, handle.id, signal))) return false;
  await removeAttempt(handle, { engine, clock, signal });
  return true;
};

// 404 and 409: it is gone, or has ended by itself.
const kill = async (engine: Engine, id: string, name: string, signal: AbortSignal): Promise<void> => {
  try {
    await engine.ask({ method: 'POST', path: `/containers/${id}/kill`, query: { signal: name }, signal });
  } catch (error) {
    if (!isRefusal(error, 404, 409)) throw error;
  }
};

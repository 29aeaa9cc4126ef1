import type { Clock } from '@runyard/core';
import { noteStop, voidClaim } from './claim.ts';
import type { Container } from './engine/answers.ts';
import type { Engine } from './engine/engine.ts';
import type { Events } from './engine/events.ts';
import { isRefusal } from './engine/faults.ts';
import type { DockerHandle } from './handle.ts';
import { endSignal } from './inside.ts';
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
 *
 * What was not started is removed, so that it never can be. What runs is ended and kept, for its log, whatever its notes say: a
 * job can change those.
 */
export const stopAttempt = async (handle: DockerHandle, options: StopOptions): Promise<void> => {
  const { engine, events, clock, graceMs, signal } = options;
  using watch = events.watch(handle.id);
  await watch.ready(signal);
  const container = await untilStarted(handle, options);
  if (container === null) return;
  // It may still wait for its secrets, which somebody may be about to send.
  if (container.Config.OpenStdin) await voided(handle, options);
  await noteStop(engine, handle.id, signal);
  const deadline = clock.monotonic() + graceMs;
  await kill(engine, handle.id, `SIG${endSignal}`, signal);
  for (let killed = false; ; ) {
    if ((await alive(handle, options)) === null) return;
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

// The container once it runs; null: nothing of it runs, or ever will. It may be started by somebody while it is taken away.
const untilStarted = async (handle: DockerHandle, options: StopOptions): Promise<Container | null> => {
  const { engine, clock, signal, verifyPlace } = options;
  for (;;) {
    const container = await inspectContainer(engine, handle.id, signal);
    signal.throwIfAborted();
    if (container === null) await verifyPlace();
    if (container === null || isAlive(container)) return container;
    if ((await lookAt(engine, handle, signal)).state === 'finished') return null;
    if (await voided(handle, options)) await removeAttempt(handle, { engine, clock, signal, force: false });
    else await clock.sleep(startPauseMs, signal);
  }
};

const startPauseMs = 50;

const alive = async (handle: DockerHandle, { engine, signal, verifyPlace }: StopOptions): Promise<Container | null> => {
  const container = await inspectContainer(engine, handle.id, signal);
  signal.throwIfAborted();
  if (container === null) await verifyPlace();
  return container !== null && isAlive(container) ? container : null;
};

const isAlive = ({ State }: Container): boolean => ['running', 'paused', 'restarting'].includes(State.Status);

// True also where the engine cannot do it: then only removing it, or killing it, keeps it from running.
const voided = async ({ id }: DockerHandle, { engine, signal }: StopOptions): Promise<boolean> => {
  try {
    return await voidClaim(engine, id, signal);
  } catch (error) {
    if (isRefusal(error)) return true;
    throw error;
  }
};

// 404 and 409: it is gone, or has ended by itself.
const kill = async (engine: Engine, id: string, name: string, signal: AbortSignal): Promise<void> => {
  try {
    await engine.ask({ method: 'POST', path: `/containers/${id}/kill`, query: { signal: name }, signal });
  } catch (error) {
    if (!isRefusal(error, 404, 409)) throw error;
  }
};

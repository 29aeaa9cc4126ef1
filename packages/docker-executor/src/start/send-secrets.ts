import { randomBytes, randomInt } from 'node:crypto';
import type { Clock, LaunchSecret } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import { unavailable } from '../engine/faults.ts';
import type { DockerHandle } from '../handle.ts';
import { inspectContainer, lookAt } from '../outcome/look.ts';
import { secretsLine } from './secrets-program.ts';

export interface Sending {
  engine: Engine;
  clock: Clock;
  secrets: readonly LaunchSecret[];
  /** Starts the container, unless it runs. */
  start(): Promise<void>;
  signal: AbortSignal;
}

/**
 * Starts a container and sends its secrets, until somebody's have come whole. Several may do so at once, and all write into one pipe: the
 * wrapper takes nothing that is mixed, and ends, and each tries again after a time of its own.
 */
export const sendSecrets = async (handle: DockerHandle, sending: Sending): Promise<void> => {
  const { engine, clock, signal } = sending;
  for (let tries = 1; tries <= mostTries; tries++) {
    const container = await inspectContainer(engine, handle.id, signal);
    // Then somebody else is sending, or has died over it.
    const other = container?.State.Status === 'running';
    if (other && (await becameOf(handle, sending, othersMs)) === 'claimed') return;
    if ((await sendOnce(handle, sending)) === 'claimed') return;
    await clock.sleep(randomInt(tries * pauseMs), signal);
  }
  throw unavailable(`The secrets of ${handle.key} did not reach its container.`);
};

const mostTries = 8;
const pauseMs = 600;
const othersMs = 500;

// Attached before the start, so that the engine has somewhere to take them from.
const sendOnce = async (handle: DockerHandle, sending: Sending): Promise<'claimed' | 'ended'> => {
  const { engine, secrets, start, signal } = sending;
  const query = { stream: true, stdin: true };
  const stdin = await engine.hijack({ path: `/containers/${handle.id}/attach`, query, signal });
  try {
    stdin.resume().end(secretsLine(secrets, randomBytes(16).toString('hex')));
    await start();
    const became = await becameOf(handle, sending, takingMs);
    if (became !== 'waiting') return became;
    throw unavailable(
      `The container of ${handle.key} has not taken its secrets within ${takingMs} ms: it is paused, or very slow.`,
    );
  } finally {
    stdin.destroy();
  }
};

const takingMs = 60_000;

// Once it is claimed, it needs nothing more from us.
const becameOf = async (
  handle: DockerHandle,
  { engine, clock, signal }: Sending,
  ms: number,
): Promise<'claimed' | 'ended' | 'waiting'> => {
  const deadline = clock.monotonic() + ms;
  for (let tries = 1; ; tries++) {
    if ((await lookAt(engine, handle, signal)).state !== 'prepared') return 'claimed';
    if ((await inspectContainer(engine, handle.id, signal))?.State.Status === 'exited') return 'ended';
    const left = deadline - clock.monotonic();
    if (left <= 0) return 'waiting';
    await clock.sleep(Math.min(20 * tries, 500, left), signal);
  }
};

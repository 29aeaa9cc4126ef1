import { randomBytes } from 'node:crypto';
import { AttemptMissing, type Clock, type Launch } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import { isRefusal, unavailable } from '../engine/faults.ts';
import type { DockerHandle } from '../handle.ts';
import { wrapperExits } from '../inside.ts';
import { inspectContainer, lookAt } from '../outcome/look.ts';
import { secretsProgram } from './secrets-program.ts';
import { startFault } from './start-fault.ts';

export interface StartOptions {
  engine: Engine;
  clock: Clock;
  launch: Pick<Launch, 'secrets'>;
  signal: AbortSignal;
  /** Called before it is said that the attempt is gone; throws where that cannot be known. */
  verifyPlace(): Promise<void>;
}

/** Starts the container, unless it was started before. Whether it runs the job a second time, its claim decides. */
export const startAttempt = async (handle: DockerHandle, options: StartOptions): Promise<void> => {
  const { engine, signal } = options;
  const container = await inspectContainer(engine, handle.id, signal);
  if (container === null) return missing(handle, options);
  const { State, Config } = container;
  if (State.Status === 'created')
    return Config.OpenStdin ? startWithSecrets(handle, options) : startContainer(handle, options);
  // Started by someone who died before its secrets were sent.
  if (Config.OpenStdin && (await isUnclaimed(handle, options))) await startWithSecrets(handle, options);
};

const isUnclaimed = async (handle: DockerHandle, { engine, signal }: StartOptions): Promise<boolean> =>
  (await lookAt(engine, handle, signal)).state === 'prepared';

const startContainer = async (handle: DockerHandle, options: StartOptions): Promise<void> => {
  const { engine, signal } = options;
  try {
    await engine.ask({ method: 'POST', path: `/containers/${handle.id}/start`, signal, timeoutMs: startMs });
  } catch (error) {
    if (isRefusal(error, 404) && (await inspectContainer(engine, handle.id, signal)) === null)
      return missing(handle, options);
    throw startFault(error);
  }
};

// Devices, large images and slow disks.
const startMs = 120_000;

// Attached before the start, so that the engine has somewhere to take them from.
const startWithSecrets = async (handle: DockerHandle, options: StartOptions): Promise<void> => {
  const { engine, launch, signal } = options;
  const query = { stream: true, stdin: true };
  const stdin = await engine.hijack({ path: `/containers/${handle.id}/attach`, query, signal });
  try {
    stdin.resume().end(secretsProgram(launch.secrets, randomBytes(16).toString('hex')));
    await startContainer(handle, options);
    await untilClaimed(handle, options);
  } finally {
    stdin.destroy();
  }
};

// From then on it needs nothing from us.
const untilClaimed = async (handle: DockerHandle, options: StartOptions): Promise<void> => {
  const { engine, clock, signal } = options;
  for (let tries = 1; await isUnclaimed(handle, options); tries++) {
    const container = await inspectContainer(engine, handle.id, signal);
    if (container === null) return missing(handle, options);
    if (container.State.Status === 'exited' && container.State.ExitCode === wrapperExits.noSecrets)
      throw unavailable(`The secrets of ${handle.key} did not reach its container.`);
    if (container.State.Status !== 'running' || tries === mostTries) return;
    await clock.sleep(Math.min(20 * tries, 500), signal);
  }
};

// A paused or very slow container is nothing to wait for: whoever waits for its end sees it.
const mostTries = 60;

const missing = async ({ key, id }: DockerHandle, { verifyPlace }: StartOptions): Promise<never> => {
  await verifyPlace();
  throw new AttemptMissing(
    `The prepared container of ${key} (${id.slice(0, 12)}) is not there any more, or was stopped before it was started.`,
  );
};

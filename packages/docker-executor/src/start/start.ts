import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { AttemptMissing, type Launch } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import { isRefusal } from '../engine/faults.ts';
import type { DockerHandle } from '../handle.ts';
import { wrapperExits } from '../inside.ts';
import { inspectContainer } from '../outcome/look.ts';
import { readNotes } from '../outcome/read-notes.ts';
import { secretsProgram } from './secrets-program.ts';
import { startFault } from './start-fault.ts';

export interface StartOptions {
  engine: Engine;
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
  const { Status, ExitCode } = container.State;
  if (
    Status !== 'created' &&
    !(Status === 'exited' && ExitCode === wrapperExits.noSecrets && (await isUnclaimed(handle, options)))
  )
    return;
  await (container.Config.OpenStdin ? startWithSecrets(handle, options) : startContainer(handle, options));
};

const isUnclaimed = async ({ id }: DockerHandle, { engine, signal }: StartOptions): Promise<boolean> =>
  (await readNotes(engine, id, signal)).claim === 'none';

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
    const taken = whenTaken(stdin);
    stdin.end(secretsProgram(launch.secrets, randomBytes(16).toString('hex')));
    await startContainer(handle, options);
    await taken;
  } finally {
    stdin.destroy();
  }
};

// The engine hangs up once it has passed everything on, or the container has ended.
const whenTaken = (stdin: Duplex): Promise<void> =>
  new Promise((resolve) => {
    stdin
      .once('close', resolve)
      .once('end', resolve)
      .once('error', () => resolve());
    stdin.resume();
  });

const missing = async ({ key, id }: DockerHandle, { verifyPlace }: StartOptions): Promise<never> => {
  await verifyPlace();
  throw new AttemptMissing(
    `The prepared container of ${key} (${id.slice(0, 12)}) is not there any more, or was stopped before it was started.`,
  );
};

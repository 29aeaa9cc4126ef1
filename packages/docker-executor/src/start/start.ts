import { AttemptMissing, type Clock, type Launch } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import { isRefusal } from '../engine/faults.ts';
import { startMs } from '../engine/patience.ts';
import type { DockerHandle } from '../handle.ts';
import { inspectContainer, lookAt } from '../outcome/look.ts';
import { sendSecrets } from './send-secrets.ts';
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
  const { engine, clock, launch, signal } = options;
  const container = await inspectContainer(engine, handle.id, signal);
  if (container === null) return missing(handle, options);
  const start = () => startContainer(handle, options);
  if (!container.Config.OpenStdin) return container.State.Status === 'created' ? start() : undefined;
  // It may have been started by someone who died before its secrets were sent.
  if ((await lookAt(engine, handle, signal)).state === 'prepared')
    await sendSecrets(handle, { engine, clock, secrets: launch.secrets, start, signal });
};

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

const missing = async ({ key, id }: DockerHandle, { verifyPlace }: StartOptions): Promise<never> => {
  await verifyPlace();
  throw new AttemptMissing(
    `The prepared container of ${key} (${id.slice(0, 12)}) is not there any more, or was stopped before it was started.`,
  );
};

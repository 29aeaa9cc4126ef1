import type Docker from 'dockerode';
import type { ContainerState } from '../shared/objects.ts';
import { seconds } from '../shared/times.ts';
import { ConfigFault } from './config-fault.ts';
import { containerBody } from './container-body.ts';
import { ensureImage, stuck } from './ensure-image.ts';
import { environmentOf } from './environment.ts';
import type { KubeletParts } from './kubelet-parts.ts';
import type { ContainerRun, PodRun } from './pod-run.ts';
import { report, tell } from './tell.ts';
import { terminationMessage } from './termination-message.ts';
import { untilMended } from './waits.ts';

/** Runs a container to its end, and shows how it is on the way. Rejects where the pod is told to end before it has been started. */
export const runContainer = async (
  parts: KubeletParts,
  given: { run: PodRun; container: ContainerRun; volumes: ReadonlyMap<string, string> },
): Promise<void> => {
  const { run, container } = given;
  const engine = await create(parts, given);
  container.id = engine.id;
  tell(parts, run, { reason: 'Created', message: 'Container created', container });
  run.ending.signal.throwIfAborted();
  const fault = await start(engine);
  if (fault !== null) {
    tell(parts, run, { reason: 'Failed', message: `Error: ${fault}`, type: 'Warning', container });
    container.state = startError(engine.id, fault);
    return report(parts, run);
  }
  tell(parts, run, { reason: 'Started', message: 'Container started', container });
  const { State } = await engine.inspect();
  // One that is over at once has never been seen running.
  if (State.Running) {
    container.state = { running: { startedAt: seconds(Date.parse(State.StartedAt)) } };
    if (!run.ending.signal.aborted) report(parts, run);
  }
  using _stop = stopWhenTold(parts, { run, container, engine });
  await engine.wait();
  container.state = await endOf(engine, given);
  // Of a pod that is ended, all is told at its very end.
  if (!run.ending.signal.aborted) report(parts, run);
};

const create = async (
  parts: KubeletParts,
  { run, container, volumes }: { run: PodRun; container: ContainerRun; volumes: ReadonlyMap<string, string> },
): Promise<Docker.Container> => {
  const { objects } = parts.stage;
  const { signal } = run.ending;
  for (;;) {
    const image = await ensureImage(parts, run, container);
    try {
      refuseRoot(run, container, image.Config.User);
      const environment = environmentOf(objects, { pod: run.pod, container: container.spec, ip: run.ip });
      return await parts.docker.createContainer(containerBody(parts, { run, container, environment, volumes }));
    } catch (error) {
      signal.throwIfAborted();
      const refused = (error as { json?: { message?: string } }).json?.message;
      if (!(error instanceof ConfigFault) && refused === undefined) throw error;
      const reason = refused === undefined ? 'CreateContainerConfigError' : 'CreateContainerError';
      stuck(parts, { run, container, reason, message: refused ?? (error as Error).message });
    }
    await untilMended(objects, { namespace: run.pod.metadata.namespace, atMostMs: retryMs, signal });
  }
};

const retryMs = 10_000;

const refuseRoot = ({ pod }: PodRun, { spec }: ContainerRun, imageUser = ''): void => {
  const { runAsNonRoot, runAsUser } = { ...pod.spec.securityContext, ...spec.securityContext };
  if (!runAsNonRoot) return;
  const { name, namespace, uid } = pod.metadata;
  const where = `(pod: "${name}_${namespace}(${uid})", container: ${spec.name})`;
  if (runAsUser === 0) throw new ConfigFault(`container's runAsUser breaks non-root policy ${where}`);
  if (runAsUser !== undefined) return;
  const user = imageUser.split(':')[0] ?? '';
  if (user === '' || user === '0')
    throw new ConfigFault(`container has runAsNonRoot and image will run as root ${where}`);
  if (!/^\d+$/.test(user))
    throw new ConfigFault(
      `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${where}`,
    );
};

/** Why it could not be started; null: it was. */
const start = async (engine: Docker.Container): Promise<string | null> => {
  try {
    await engine.start();
    return null;
  } catch (error) {
    const { message } = (error as { json?: { message?: string } }).json ?? {};
    if (message === undefined) throw error;
    return `failed to create containerd task: ${message}`;
  }
};

const startError = (id: string, message: string): ContainerState => ({
  terminated: {
    ...{ exitCode: 128, reason: 'StartError', message },
    ...{ startedAt: '1970-01-01T00:00:00Z', finishedAt: seconds(), containerID: `docker://${id}` },
  },
});

const endOf = async (
  engine: Docker.Container,
  { run, container }: { run: PodRun; container: ContainerRun },
): Promise<ContainerState> => {
  const { State } = await engine.inspect();
  const reason = State.OOMKilled ? 'OOMKilled' : State.ExitCode === 0 ? 'Completed' : 'Error';
  const message = await terminationMessage(engine, { run, container, failed: reason !== 'Completed' });
  return {
    terminated: {
      ...{ exitCode: State.ExitCode, reason, ...(message !== undefined && { message }) },
      startedAt: seconds(Date.parse(State.StartedAt)),
      finishedAt: seconds(Date.parse(State.FinishedAt)),
      containerID: `docker://${engine.id}`,
    },
  };
};

/** TERM to its first process once the pod is told to end, and KILL when its grace is over. */
const stopWhenTold = (
  parts: KubeletParts,
  { run, container, engine }: { run: PodRun; container: ContainerRun; engine: Docker.Container },
): Disposable => {
  const { signal } = run.ending;
  const stop = (): void => {
    tell(parts, run, { reason: 'Killing', message: `Stopping container ${container.spec.name}`, container });
    const stopping = parts.closing.aborted ? engine.kill() : engine.stop({ t: run.graceSeconds });
    stopping.catch((error: { statusCode?: number }) => {
      // It has ended by itself, or is gone already.
      if (error.statusCode !== 304 && error.statusCode !== 404 && error.statusCode !== 409) parts.stage.fault(error);
    });
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  run.stops.add(stop);
  return {
    [Symbol.dispose]() {
      signal.removeEventListener('abort', stop);
      run.stops.delete(stop);
    },
  };
};

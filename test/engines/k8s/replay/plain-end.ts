import type { ClusterObjects, KubeObject, ObjectChange } from '../cluster.ts';
import { timestamp } from '../objects/store.ts';

export interface PlainEnd extends Disposable {
  /** Whether that pod is on its way out already. */
  lookAt(uid: string): void;
}

/**
 * Ends pods that are deleted at a moment of which no recording tells: what runs is killed (137), what never started is not found, and the pod goes.
 * @param isMine whether it sees to the pod with that uid
 */
export function endPlainly(
  objects: ClusterObjects,
  { speed, isMine }: { speed: number; isMine(uid: string): boolean },
): PlainEnd {
  const timers = new Set<NodeJS.Timeout>();
  const ending = new Set<string>();
  const later = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms / speed);
    timers.add(timer);
  };

  const stop = objects.on(({ type, resource, object }: ObjectChange) => {
    if (resource === 'pods' && type !== 'DELETED') lookAt(object.metadata.uid);
  });

  function lookAt(uid: string): void {
    const pod = objects.byUid('pods', uid);
    if (!pod?.metadata.deletionTimestamp || ending.has(uid) || !isMine(uid)) return;
    ending.add(uid);
    // The Job's controller counts no more.
    objects.change('pods', uid, ({ metadata }) => delete metadata.finalizers);
    later(1000, () => {
      objects.change('pods', uid, kill);
      later(500, () => {
        ending.delete(uid);
        objects.change('pods', uid, ({ metadata }) => {
          metadata.deletionTimestamp = timestamp();
          metadata.deletionGracePeriodSeconds = 0;
        });
      });
    });
  }

  return {
    lookAt,
    [Symbol.dispose]() {
      stop();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function kill(pod: KubeObject): void {
  const { status } = pod;
  status.phase = 'Failed';
  const inits: Container[] = status.initContainerStatuses ?? [];
  const isReady = inits.every(({ state }) => state.terminated?.exitCode === 0);
  for (const container of isReady ? (status.containerStatuses ?? []) : inits) end(container);
}

interface Container {
  ready: boolean;
  started: boolean;
  containerID?: string;
  state: {
    waiting?: object;
    running?: { startedAt: string };
    terminated?: { exitCode: number } & Record<string, unknown>;
  };
}

function end(container: Container): void {
  const { waiting, running } = container.state;
  if (!waiting && !running) return;
  container.ready = false;
  container.started = false;
  container.state = {
    terminated: running
      ? {
          exitCode: 137,
          reason: 'Error',
          startedAt: running.startedAt,
          finishedAt: timestamp(),
          containerID: container.containerID,
        }
      : {
          exitCode: 137,
          reason: 'ContainerStatusUnknown',
          message: 'The container could not be located when the pod was terminated',
          startedAt: null,
          finishedAt: null,
        },
  };
}

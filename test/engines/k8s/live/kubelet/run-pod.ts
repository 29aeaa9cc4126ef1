import { rm } from 'node:fs/promises';
import { ConfigFault } from './config-fault.ts';
import type { KubeletParts } from './kubelet-parts.ts';
import type { PodRun } from './pod-run.ts';
import { runContainer } from './run-container.ts';
import { report, tell } from './tell.ts';
import { layOutVolumes, type VolumeFolders } from './volumes.ts';
import { untilMended } from './waits.ts';

/** Runs a pod to its end: its volumes, its init containers one after another, then the others. Resolves when nothing of it runs any more. */
export const runPod = async (parts: KubeletParts, run: PodRun, folders: VolumeFolders): Promise<void> => {
  report(parts, run);
  try {
    const volumes = await mount(parts, run, folders);
    run.isReady = true;
    for (const container of run.containers.filter(({ isInit }) => isInit)) {
      await runContainer(parts, { run, container, volumes });
      run.ending.signal.throwIfAborted();
      if (container.state.terminated?.exitCode !== 0) break;
    }
    if (run.containers.every(({ isInit, state }) => !isInit || state.terminated?.exitCode === 0)) {
      const main = run.containers.filter(({ isInit }) => !isInit);
      const ends = await Promise.allSettled(main.map((container) => runContainer(parts, { run, container, volumes })));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    }
  } catch (error) {
    if (error !== run.ending.signal.reason) throw error;
  }
  // First the end of the last container is seen, also by the Job controller, and then that of the pod.
  await new Promise(setImmediate);
  run.isOver = true;
  report(parts, run);
};

const mount = async (parts: KubeletParts, run: PodRun, folders: VolumeFolders): Promise<Map<string, string>> => {
  const { objects } = parts.stage;
  const { signal } = run.ending;
  for (let atMostMs = 500; ; atMostMs = Math.min(atMostMs * 2, longestMs)) {
    try {
      return layOutVolumes(objects, run.pod, folders);
    } catch (error) {
      if (!(error instanceof ConfigFault)) throw error;
      tell(parts, run, { reason: 'FailedMount', message: error.message, type: 'Warning' });
    }
    await untilMended(objects, { namespace: run.pod.metadata.namespace, atMostMs, signal });
  }
};

const longestMs = 122_000;

/** Takes away what is left of a pod on this machine. */
export const cleanUp = async (parts: KubeletParts, run: PodRun, folders: VolumeFolders): Promise<void> => {
  for (const { id } of run.containers)
    if (id !== null)
      await parts.docker
        .getContainer(id)
        .remove({ force: true, v: true })
        .catch((error: { statusCode?: number }) => {
          if (error.statusCode !== 404) throw error;
        });
  folders.remove();
  await rm(run.folder, { recursive: true, force: true });
};

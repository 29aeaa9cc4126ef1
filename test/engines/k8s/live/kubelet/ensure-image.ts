import type Docker from 'dockerode';
import { imageNameFault } from './image-name.ts';
import type { KubeletParts } from './kubelet-parts.ts';
import type { ContainerRun, PodRun } from './pod-run.ts';
import { pullImage } from './pull-image.ts';
import { report, tell } from './tell.ts';
import { pause } from './waits.ts';

/** Waits until the engine has a container's image, telling why it has not. Rejects once the pod is told to end. */
export const ensureImage = async (
  parts: KubeletParts,
  run: PodRun,
  container: ContainerRun,
): Promise<Docker.ImageInspectInfo> => {
  const { image } = container.spec;
  const { signal } = run.ending;
  const policy = container.spec.imagePullPolicy ?? (isLatest(image) ? 'Always' : 'IfNotPresent');
  for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const fault = imageNameFault(image);
    const found = fault === null ? await find(parts, image) : null;
    signal.throwIfAborted();
    if (found) return told(parts, { run, container, found, policy });
    if (fault !== null) {
      tell(parts, run, { reason: 'InspectFailed', message: fault, type: 'Warning', container });
      stuck(parts, { run, container, reason: 'InvalidImageName', message: fault });
    } else if (policy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      tell(parts, run, { reason: 'ErrImageNeverPull', message, type: 'Warning', container });
      stuck(parts, { run, container, reason: 'ErrImageNeverPull', message });
    } else if (await tryPull(parts, run, container)) continue;
    await pause(pauseMs, signal);
  }
};

// What is there is not pulled again, since no registry has it: `Always` only tells it otherwise.
const told = (
  parts: KubeletParts,
  {
    run,
    container,
    found,
    policy,
  }: { run: PodRun; container: ContainerRun; found: Docker.ImageInspectInfo; policy: string },
): Docker.ImageInspectInfo => {
  const { image } = container.spec;
  container.imageId = found.Id;
  let message = `Container image "${image}" already present on machine and can be accessed by the pod`;
  if (policy === 'Always') {
    tell(parts, run, { reason: 'Pulling', message: `Pulling image "${image}"`, container });
    message = `Successfully pulled image "${image}" in 1ms (1ms including waiting). Image size: ${found.Size} bytes.`;
  }
  tell(parts, run, { reason: 'Pulled', message, container });
  return found;
};

const tryPull = async (parts: KubeletParts, run: PodRun, container: ContainerRun): Promise<boolean> => {
  const { image } = container.spec;
  const { signal } = run.ending;
  tell(parts, run, { reason: 'Pulling', message: `Pulling image "${image}"`, container });
  const fault = await pullImage(parts.docker, image);
  signal.throwIfAborted();
  if (fault === null) return true;
  const failed = `Failed to pull image "${image}": ${fault}`;
  tell(parts, run, { reason: 'Failed', message: failed, type: 'Warning', container });
  stuck(parts, { run, container, reason: 'ErrImagePull', message: fault });
  await pause(backOffMs, signal);
  const backOff = `Back-off pulling image "${image}"`;
  tell(parts, run, { reason: 'BackOff', message: backOff, container });
  stuck(parts, { run, container, reason: 'ImagePullBackOff', message: `${backOff}: ErrImagePull: ${fault}` });
  return false;
};

/** Tells and shows what a container waits for. */
export const stuck = (
  parts: KubeletParts,
  { run, container, reason, message }: { run: PodRun; container: ContainerRun; reason: string; message: string },
): void => {
  const isConfig = reason.startsWith('CreateContainer');
  tell(parts, run, { reason: 'Failed', message: `Error: ${isConfig ? message : reason}`, type: 'Warning', container });
  container.state = { waiting: { reason, message } };
  report(parts, run);
};

const find = ({ docker, images }: KubeletParts, image: string): Promise<Docker.ImageInspectInfo | null> =>
  docker
    .getImage(images[image] ?? image)
    .inspect()
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404) throw error;
      return null;
    });

const isLatest = (image: string): boolean => !/:[^/]+$/.test(image) || image.endsWith(':latest');

const backOffMs = 1_000;
const shortestPauseMs = 10_000;
const longestPauseMs = 300_000;

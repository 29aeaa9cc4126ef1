import type { Handle } from '@runyard/core';
import { unavailable } from './engine/faults.ts';

/** An attempt: a container, by the engine's own id, and its volume. */
export interface DockerHandle extends Handle {
  v: 1;
  /** The engine's own id. */
  place: string;
  installation: string;
  key: string;
  /** The container; empty where there is a volume and no container any more. */
  id: string;
  volume: string;
  image: ImageUsed | null;
}

/** Which image it was made from. */
export interface ImageUsed {
  /** As the job or the host names it. */
  ref: string;
  id: string;
  /** `name@sha256:…`; absent for an image that came from no registry. */
  digest?: string;
}

/** All that is ours carries these. */
export const labels = {
  installation: 'runyard.installation',
  key: 'runyard.key',
  version: 'runyard.version',
  volume: 'runyard.volume',
  image: 'runyard.image',
  gpus: 'runyard.gpus',
} as const;

/** Throws `ExecutorUnavailable` for a handle of another place or version: we are not the one to ask. */
export const readHandle = (handle: Handle, place: string): DockerHandle => {
  if (handle.place !== place)
    throw unavailable(
      `The attempt lives on the Docker engine ${handle.place}, and this one is ${place}: ask the instance that serves it.`,
    );
  const { v, installation, key, id, volume, image } = handle;
  if (v === 1 && [installation, key, id, volume].every((part) => typeof part === 'string'))
    return { v, place, installation, key, id, volume, image: image ?? null } as DockerHandle;
  throw unavailable('The handle is not one that this version of the Docker executor can read.');
};

/** The handle of a container of ours, from its labels; null where it is not ours. */
export const handleFrom = (
  { id, labels: given }: { id: string; labels: Readonly<Record<string, string>> | null },
  place: string,
): DockerHandle | null => {
  const { installation, key, version, volume, image } = labels;
  if (given?.[version] !== '1') return null;
  const [whose, which, where] = [given[installation], given[key], given[volume]];
  if (whose === undefined || which === undefined || where === undefined) return null;
  return { v: 1, place, installation: whose, key: which, id, volume: where, image: parseImage(given[image]) };
};

export const gpusOf = (given: Readonly<Record<string, string>> | null): readonly string[] =>
  given?.[labels.gpus]?.split(',').filter((uuid) => uuid !== '') ?? [];

const parseImage = (text: string | undefined): ImageUsed | null => {
  try {
    return text === undefined ? null : (JSON.parse(text) as ImageUsed);
  } catch {
    return null;
  }
};

/** Fit to be part of a container's name. */
export const isSafe = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name);

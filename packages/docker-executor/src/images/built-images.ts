import type { BuiltImage } from '@runyard/core';
import { answerMs, askEngine } from './asking-engine.ts';
import type { DockerImages, InspectedImage } from './docker-images.ts';
import { findImage } from './find-image.ts';

/** Labels of an image that we built: the hash of what it was built from, and the base as it was named. */
export const hashLabel = 'runyard.build';
export const baseLabel = 'runyard.build.base';

export const builtTag = (hash: string): string => `${repository}:${hash}`;

/** Such an image comes from no registry. */
export const isBuiltTag = (ref: string): boolean => ref.startsWith(`${repository}:`);

/** By tag or id; null: there is none, or it is not one of ours. */
export const getBuilt = async (docker: DockerImages, ref: string, signal: AbortSignal): Promise<BuiltImage | null> => {
  // What is no reference would be part of a path of the engine's API.
  if (!/^[\w][\w.:@/-]*$/.test(ref) || ref.includes('..')) return null;
  const image = await findImage(docker, ref, signal);
  return image && builtOf(image);
};

/** Newest first. */
export const listBuilt = async (docker: DockerImages, signal: AbortSignal): Promise<BuiltImage[]> => {
  const filters = JSON.stringify({ label: [hashLabel] });
  const listed = await askEngine(docker.listImages({ filters, abortSignal: signal }), signal, answerMs);
  return listed
    .map(({ Id, Labels, Created, Size }) => built({ id: Id, labels: Labels, seconds: Created, size: Size }))
    .filter((image) => image !== null)
    .sort((a, b) => b.createdAt - a.createdAt);
};

/** null: we did not build it. */
export const builtOf = ({ Id, Config, Created, Size }: InspectedImage): BuiltImage | null =>
  built({ id: Id, labels: Config?.Labels, seconds: Math.floor(Date.parse(Created) / 1000), size: Size });

const repository = 'runyard-build';

interface Facts {
  id: string;
  labels: Record<string, string> | null | undefined;
  seconds: number;
  size: number;
}

const built = ({ id, labels, seconds, size }: Facts): BuiltImage | null => {
  const hash = labels?.[hashLabel];
  if (hash === undefined) return null;
  return { tag: builtTag(hash), id, base: labels?.[baseLabel] ?? '', createdAt: seconds * 1000, sizeBytes: size };
};

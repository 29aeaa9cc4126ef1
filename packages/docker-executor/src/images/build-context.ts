import { createHash } from 'node:crypto';
import type { ImageBuild } from '@runyard/core';
import { type BuildFile, buildFolder, buildSteps } from './build-steps.ts';

export interface BuildBase {
  /** The engine's id of the base: what a name means changes. */
  id: string;
  /** As whom its containers run; '' is root. */
  user: string;
}

/**
 * All that a build is made of. What callers give stands in files of its own and in words that the shell takes as they are, never in the
 * Dockerfile; the scripts stay in the image and tell how it was made.
 */
export const buildContext = (build: ImageBuild, base: BuildBase): BuildFile[] => {
  const steps = buildSteps(build);
  const isRoot = ['', 'root', '0'].includes(base.user);
  const dockerfile = [
    `FROM ${base.id}`,
    ...(isRoot ? [] : ['USER root']),
    ...steps.flatMap(({ name, files, env }) => [
      `COPY ${JSON.stringify([...files.map((file) => file.name), `${buildFolder}/`])}`,
      `RUN ${JSON.stringify(['/bin/sh', `${buildFolder}/${name}.sh`])}`,
      ...env.map((line) => `ENV ${line}`),
    ]),
    ...(isRoot ? [] : [`USER ${base.user}`]),
  ];
  return [{ name: 'Dockerfile', text: `${dockerfile.join('\n')}\n` }, ...steps.flatMap(({ files }) => files)];
};

/** The same for the same build, whoever makes it: 32 hex digits. */
export const buildHash = (files: readonly BuildFile[]): string =>
  createHash('sha256')
    .update(JSON.stringify(files.map(({ name, text }) => [name, text])))
    .digest('hex')
    .slice(0, 32);

import {
  type BuiltImage,
  type Clock,
  type ImageBuild,
  infrastructureFailed,
  type Progress,
  startFailed,
  systemClock,
} from '@runyard/core';
import { askEngine, statusOf, wordsOf } from './asking-engine.ts';
import { buildContext, buildHash } from './build-context.ts';
import { buildFailed } from './build-failed.ts';
import { newBuildOutput, stepForm } from './build-output.ts';
import type { BuildFile } from './build-steps.ts';
import { baseLabel, builtOf, builtTag, getBuilt, hashLabel } from './built-images.ts';
import { contextArchive } from './context-archive.ts';
import type { BuildOptions, DockerImages } from './docker-images.ts';
import { engineLines } from './engine-lines.ts';
import type { EnsuredImage } from './ensure-image.ts';
import { findImage } from './find-image.ts';
import type { BuildBounds, ImageSettings } from './image-settings.ts';
import { sharedWorkOf } from './shared-work.ts';
import { newSilence } from './silence.ts';

export interface BuildImageOptions {
  build: ImageBuild;
  /** The base, which the engine has. */
  base: EnsuredImage;
  settings: Pick<ImageSettings, 'builds' | 'clock'>;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
  log(line: string): void;
}

/** Builds, waits for who is building the same, or finds what was built from the same before. */
export const buildImage = async (docker: DockerImages, options: BuildImageOptions): Promise<BuiltImage> => {
  const { build, base, settings, signal, onProgress, log } = options;
  const { clock = systemClock(), builds = {} } = settings;
  const files = buildContext(build, { id: base.id, user: userOf(base) });
  const hash = buildHash(files);
  const tag = builtTag(hash);
  const present = await getBuilt(docker, tag, signal);
  if (present?.tag === tag) return present;
  const progress = (sentence: string): void =>
    onProgress({ state: 'waiting', phase: 'image-build', sentence, at: clock.now() });
  return buildsOf(docker)(`${tag} ${JSON.stringify(builds)}`, {
    signal,
    onTold: (told) => ('log' in told ? log(told.log) : progress(told.sentence)),
    onJoined: () => {
      log(`waiting for the build of ${tag} that another start began`);
      progress(`Building ${tag}.`);
    },
    work: (work) => run(docker, { files, hash, tag, base: base.ref, builds, clock }, work),
  });
};

type Told = { log: string } | { sentence: string };

const buildsOf = sharedWorkOf<BuiltImage, Told>();

/** As whom the base's containers run: the build does so as root, and gives it back. */
const userOf = ({ ref, user }: EnsuredImage): string => {
  if (/^[\w.:-]*$/.test(user)) return user;
  throw startFailed('image-build', `The image cannot be built from ${ref}: its user is '${user}', which is no name.`);
};

interface Build {
  files: readonly BuildFile[];
  hash: string;
  tag: string;
  /** As it was named. */
  base: string;
  builds: BuildBounds;
  clock: Clock;
}

const run = async (
  docker: DockerImages,
  { files, hash, tag, base, builds, clock }: Build,
  { signal, tell }: { signal: AbortSignal; tell(told: Told): void },
): Promise<BuiltImage> => {
  // Everyone who waits for this is told, the first one too, which waits only once this has begun.
  await null;
  const began = clock.monotonic();
  tell({ log: `building ${tag} from ${base}` });
  tell({ sentence: `Building ${tag}.` });
  const output = newBuildOutput();
  const failed = (words: string) => {
    for (const log of output.ended()) tell({ log });
    return buildFailed(words, output.lastLines(), base);
  };
  // Also an engine whose connection broke without a word ends it.
  const { timeoutMs = 3_600_000 } = builds;
  const limit = newSilence({ clock, signal, limitMs: timeoutMs });
  try {
    const labels = { [hashLabel]: hash, [baseLabel]: base };
    const options = { t: tag, labels, rm: true, forcerm: true, abortSignal: limit.signal };
    const building = docker.buildImage(contextArchive(files), { ...options, ...boundsOf(builds) });
    const stream = await askEngine(building, limit.signal);
    for await (const { stream: piece } of engineLines(stream, { signal: limit.signal, failed })) {
      for (const log of output.heard(piece ?? '')) {
        tell({ log });
        const [, step, steps] = stepForm.exec(log) ?? [];
        if (step !== undefined) tell({ sentence: `Building ${tag}: step ${step} of ${steps}.` });
      }
    }
    for (const log of output.ended()) tell({ log });
  } catch (error) {
    if (limit.passed())
      throw failed(`it took longer than ${timeoutMs / 1000} s, which is its limit (\`builds.timeoutMs\`)`);
    if (statusOf(error) !== undefined) throw failed(wordsOf(error));
    throw error;
  } finally {
    limit.end();
  }
  const image = await findImage(docker, tag, signal);
  const built = image && builtOf(image);
  if (!built) throw removed(tag);
  tell({ log: `built ${tag} in ${Math.round((clock.monotonic() - began) / 1000)} s` });
  return built;
};

const boundsOf = ({ cpu, memory, network }: BuildBounds): Partial<BuildOptions> => ({
  ...(network !== undefined && { networkmode: network }),
  ...(memory !== undefined && { memory, memswap: memory }),
  ...(cpu !== undefined && { cpuperiod: 100_000, cpuquota: Math.round(cpu * 100_000) }),
});

const removed = (ref: string) => infrastructureFailed('image-removed', `The image ${ref} was removed meanwhile.`);

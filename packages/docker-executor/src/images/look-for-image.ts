import type { Finding, JobImage } from '@runyard/core';
import { isAttemptFailed } from '@runyard/core';
import { pullFailure } from '@runyard/core/executor-kit';
import { answerMs, askEngine, statusOf, wordsOf } from './asking-engine.ts';
import { isBuiltTag } from './built-images.ts';
import type { DockerImages } from './docker-images.ts';
import { findImage } from './find-image.ts';
import { engineReference, parseImageReference } from './image-reference.ts';
import type { ImageSettings } from './image-settings.ts';
import { registryAuthFor } from './registry-auth.ts';

export interface LookForImage {
  image: JobImage;
  settings: ImageSettings;
  owner: string;
  /** The registry credential that the job names. */
  credential?: string | undefined;
  signal: AbortSignal;
}

/** Whether a job's image, or the base of it, is there, on the engine or at its registry. Nothing is pulled. */
export const lookForImage = async (docker: DockerImages, options: LookForImage): Promise<Finding[]> => {
  const { image, settings, signal } = options;
  const [ref, field] = typeof image === 'string' ? [image, 'image'] : [image.build.base, 'image.build.base'];
  const isLocal = /^sha256:[0-9a-f]{64}$/.test(ref) || isBuiltTag(ref);
  const reference = parseImageReference(ref, field);
  const name = isLocal ? ref : engineReference(reference);
  if (await findImage(docker, name, signal)) return [];
  if (isLocal || settings.pull === 'never')
    return [missing(field, `The engine has no image ${ref}, and it is not pulled: bring it there, or name another.`)];
  try {
    const { registryAuth, findCredential } = settings;
    const { owner, credential } = options;
    const auth = await registryAuthFor({ reference, registryAuth, credential, owner, findCredential, signal });
    await askEngine(docker.getImage(name).distribution({ ...(auth && { authconfig: auth }) }), signal, answerMs);
    return [];
  } catch (error) {
    signal.throwIfAborted();
    const { host, repository, tag } = reference;
    const names = [host, repository, `${repository}:${tag ?? 'latest'}`];
    const failure =
      statusOf(error) === undefined ? error : pullFailure(`${wordsOf(error)} (${statusOf(error)})`, { ref, names });
    if (!isAttemptFailed(failure)) throw error;
    const { outcome } = failure;
    const sentence = outcome.sentence ?? `The image ${ref} cannot be pulled.`;
    if (outcome.class === 'start-failed') return [missing(field, sentence)];
    return [{ code: 'not-asked', severity: 'warning', sentence, field }];
  }
};

const missing = (field: string, sentence: string): Finding => ({
  code: 'image-missing',
  severity: 'error',
  sentence,
  field,
});

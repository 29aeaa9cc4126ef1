import type { Outcome } from '@runyard/core';
import { pullFailure } from '@runyard/core/executor-kit';
import type { JobObject } from '../api/objects.ts';
import { annotations } from '../manifest/names.ts';
import type { TroubleKind } from './trouble-kinds.ts';
import { cut, infrastructure, inWords, startFailed } from './words.ts';

/** Trouble of a container, in the cluster's words. */
export interface Told {
  kind: TroubleKind;
  words: string;
  /** Of its image, as far as it is known. */
  image?: string | undefined;
  /** That it waits for, where its status says so already. */
  reason?: string | undefined;
}

/** How an attempt ends whose container such trouble keeps from starting. */
export const troubleOutcome = ({ kind, words, image, reason }: Told, job: JobObject | null): Outcome => {
  if (lacksOurSecret(words, job))
    return infrastructure('secret-gone', `The Secret of this attempt is gone${inWords(words)}`);
  switch (kind) {
    case 'image-name':
      return startFailed('image-pull', `Its image has a name that cannot be${inWords(words)}`);
    case 'image':
      return imageOutcome({ words, image, reason });
    case 'config':
      return overloaded.test(words)
        ? infrastructure('container-create', `Its container could not be made${inWords(words)}`)
        : startFailed('container-config', `Its container cannot be made as asked${inWords(words)}`);
    case 'mount':
      return missing.test(words)
        ? startFailed('mount-failed', `A volume of it cannot be mounted${inWords(words)}`)
        : infrastructure('mount-failed', `A volume of it could not be mounted${inWords(words)}`);
    case 'node':
      return infrastructure('node-not-ready', `Its node could not run it${inWords(words)}`);
  }
};

// Made with the attempt, and nobody else's business.
const lacksOurSecret = (words: string, job: JobObject | null): boolean => {
  const secret = job?.metadata.annotations?.[annotations.secret] ?? '';
  return secret !== '' && words.includes(secret);
};

const imageOutcome = ({ words, image, reason }: Omit<Told, 'kind'>): Outcome => {
  const ref = image ?? /image "([^"]+)"/i.exec(words)?.[1] ?? '';
  if (/pull policy of Never/.test(words))
    return startFailed('image-pull', `The image ${ref} cannot be used${inWords(words)}`);
  if (reason === 'RegistryUnavailable')
    return infrastructure('registry-unreachable', `The image ${ref} cannot be pulled${inWords(words)}`);
  if (reason === 'SignatureValidationFailed')
    return startFailed('image-pull', `The image ${ref} is not signed as its node asks for${inWords(words)}`);
  const { outcome } = pullFailure(words, { ref, names: namesOf(ref) });
  return { ...outcome, sentence: cut(outcome.sentence ?? '') };
};

// What stands in a reference: its host, its repository, that with its tag.
const namesOf = (ref: string): string[] => {
  const named = ref.replace(/@.*$/, '');
  const [first = '', ...rest] = named.split('/');
  const [host, path] = /[.:]|^localhost$/.test(first) && rest.length > 0 ? [first, rest.join('/')] : ['', named];
  return [path, path.replace(/:[^/]*$/, ''), host].filter((name) => name !== '');
};

// Said of the thing that is mounted; else it may be the node, or the storage behind it.
const missing =
  /not found|non-existent|does not exist|no such file|type check failed|not registered|forbidden|denied|wrong fs type/i;

const overloaded =
  /deadline exceeded|timed? ?out|failed to reserve|transport|connection (?:refused|reset)|unavailable|no space left/i;

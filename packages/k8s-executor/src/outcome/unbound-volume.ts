import { fieldOfWords } from '../manifest/refusal/field-of-cause.ts';
import { forField } from '../manifest/refusal/for-field.ts';
import type { Told } from './events.ts';
import type { Trouble } from './look.ts';
import { infrastructure, inWords, startFailed } from './words.ts';

/**
 * What keeps the volume of a pod from being made, before which no node is looked for. That its storage class is unknown is told to the volume's claim; the
 * pod mostly hears only that the claim is unbound, which is over within seconds where all is well. undefined: it waits for a node.
 *
 * `words`: the scheduler's last. `events`: those of the pod. `since`: epoch ms, where no event tells.
 */
export const unboundVolume = (
  words: string | undefined,
  { events, since }: { events: readonly Told[]; since: number },
): Trouble | undefined => {
  if (words === undefined || !isOfVolume(words)) return undefined;
  const told = events.filter(({ message }) => isOfVolume(message));
  const unknown = [words, ...told.map(({ message }) => message)].find((each) => unknownClass.test(each));
  return {
    permanent: false,
    since: told.length === 0 ? since : Math.min(...told.map(({ first }) => first)),
    outcome:
      unknown === undefined
        ? infrastructure(
            'volume-unbound',
            `Its volume is not made (the events of its claim tell why; look at its storage class)${inWords(words)}`,
          )
        : startFailed(
            'volume-unbound',
            `Its volume cannot be made${forField(fieldOfWords(unknown))}${inWords(unknown)}`,
          ),
  };
};

const isOfVolume = (words: string): boolean => unknownClass.test(words) || unbound.test(words);

const unknownClass = /storageclass.* not found/i;

const unbound = /unbound immediate PersistentVolumeClaims/;

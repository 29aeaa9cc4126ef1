import type { Outcome } from '@runyard/core';
import { fieldOfWords } from '../manifest/refusal/field-of-cause.ts';
import { forField } from '../manifest/refusal/for-field.ts';
import { namespaceEnds } from './cause.ts';
import type { Context } from './context.ts';
import { type Told, toldOf } from './events.ts';
import type { Trouble } from './look.ts';
import { infrastructure, inWords, startFailed } from './words.ts';

/** Why the Job controller has made no pod yet: the only thing that tells is its event. */
export interface NotCreated {
  sentence: string;
  trouble?: Trouble;
}

export const notCreated = ({ view }: Context): NotCreated | undefined => {
  const told = view.job === null ? [] : toldOf(view, view.job.metadata.uid);
  const refusals = told.filter(({ reason }) => reason === 'FailedCreate');
  const last = refusals.at(-1);
  if (last === undefined) return undefined;
  const sentence = last.message.replace(/^Error creating: /, '');
  const kind = kindOf(last);
  if (kind?.outcome === undefined) return { sentence };
  const since = Math.min(...refusals.filter((one) => kindOf(one) === kind).map(({ first }) => first));
  const outcome = kind.outcome(sentence);
  return { sentence: outcome.sentence ?? sentence, trouble: { permanent: kind.permanent ?? false, since, outcome } };
};

interface Kind {
  says: RegExp;
  permanent?: boolean;
  /** Without one, the controller tries again until it may. */
  outcome?(words: string): Outcome;
}

const kindOf = ({ message }: Told): Kind | undefined => kinds.find(({ says }) => says.test(message));

const refusedByCluster = (words: string): Outcome =>
  startFailed('refused-by-cluster', `The cluster refuses its pod${forField(fieldOfWords(words))}${inWords(words)}`);

// The first that fits.
const kinds: readonly Kind[] = [
  {
    says: namespaceEnds,
    permanent: true,
    outcome: (words) => infrastructure('namespace-terminating', `Its namespace is being deleted${inWords(words)}`),
  },
  { says: /exceeded quota/ },
  {
    says: /failed calling webhook|Internal error occurred|etcdserver|deadline exceeded|connection refused|currently unable|too many requests/i,
  },
  // A new namespace gets its service account a moment later.
  { says: /looking up service account/, outcome: refusedByCluster },
  {
    says: /forbidden|denied the request|is invalid|violates|unable to validate/i,
    permanent: true,
    outcome: refusedByCluster,
  },
];

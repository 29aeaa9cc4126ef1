import type { Outcome } from '../domain/run/outcome.ts';
import type { Held } from './holdings.ts';

/** The outcome without what the job's secrets are. Where nobody knows what those are, without what its executor says in words. */
export const tellable = ({ masker, isBlind }: Pick<Held, 'masker' | 'isBlind'>, outcome: Outcome): Outcome => {
  const { sentence, phase, ...rest } = outcome;
  if (isBlind) return rest;
  return {
    ...rest,
    ...(sentence !== undefined && { sentence: masker.sentence(sentence) }),
    ...(phase !== undefined && { phase: masker.sentence(phase) }),
  };
};

import { RunyardError } from '@runyard/core';

/** The job asks for something that this executor, as its host set it up, does not give. */
export const refuse = (field: string, received: string, because: string): never => {
  throw new RunyardError('unsupported-by-executor', `\`${field}\` is '${shown(received)}', but ${because}`, {
    field,
    received: shown(received),
  });
};

const shown = (text: string): string => (text.length > 200 ? `${text.slice(0, 199)}…` : text);

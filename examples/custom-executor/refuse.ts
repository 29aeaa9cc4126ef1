import { type ExecutorInput, RunyardError } from '@runyard/core';

/** Refuses at save what no agent can run, rather than at night. Nothing of a job needs to be kept for later. */
export const refuseWhatAgentsLack = ({ image, hardware, scale }: ExecutorInput): object => {
  const refused = Object.entries({ image: image !== null, hardware: hardware === 'gpu', scale: scale !== 1 });
  for (const [field, asked] of refused)
    if (asked)
      throw new RunyardError(
        'unsupported-by-executor',
        `\`${field}\`: an agent runs one plain process. Leave it out.`,
        {
          field,
        },
      );
  return {};
};
